fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut found = mapwright::diag::Diagnostics::new();
    let plan = mapwright::compile::load(&text, &mut found);
    println!("{}", mapwright::diag::render::human(&found.into_vec(), &path, &text));
    println!("{}", plan.is_some());
}
