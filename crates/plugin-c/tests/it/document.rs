//! The program that `docs/c-library.md` shows is compiled as it says, and run.

use std::fs;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::installed::{are_here, command, folder, mapping, prefix, sandbox, succeed, workspace};

/// The blocks of the document that are marked so.
fn blocks(mark: &str) -> Vec<String> {
    let document = fs::read_to_string(workspace().join("docs/c-library.md")).unwrap();
    let mut blocks = Vec::new();
    let mut is_inside = false;
    for event in Parser::new(&document) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(found))) => is_inside = &*found == mark,
            Event::Text(text) if is_inside => blocks.push(text.into_string()),
            Event::End(_) => is_inside = false,
            _ => {}
        }
    }
    blocks
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_of_the_document_does_what_it_says() {
    if !are_here("the program of docs/c-library.md", &["cc", "make", "pkg-config"]) {
        return;
    }
    let sandbox = sandbox().await;
    let folder = folder("document");
    let [program] = blocks("c").try_into().unwrap();
    fs::write(folder.join("host.c"), program).unwrap();
    let commands = blocks("sh");
    let compile = commands.iter().find(|block| block.starts_with("cc ")).unwrap();
    succeed(command("sh").arg("-ec").arg(compile).current_dir(&folder));
    let options = format!(r#"{{"endpoint": "{}"}}"#, sandbox.url());
    for program in ["host", "host-static"] {
        let mut host = command(&folder.join(program).display().to_string());
        host.env("LD_LIBRARY_PATH", prefix().join("lib"));
        let printed = succeed(host.arg(mapping()).arg(&options)).stdout;
        assert!(blocks("text").contains(&String::from_utf8(printed).unwrap()));
    }
}
