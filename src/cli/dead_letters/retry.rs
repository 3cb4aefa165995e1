//! `mapwright dead-letters retry`.

use std::sync::Arc;

use super::super::args::RetryArgs;
use super::super::counts::Ends;
use super::super::deliver::{Manner, deliver};
use super::super::output::{Done, Output};
use super::super::progress::Progress;
use super::super::project::Project;
use super::super::target::Target;
use super::super::{open as opened, settings};
use super::{chosen, ids_of, n_letters, open};
use crate::deliver::{Deliverer, Options, RetryPolicy, Stop};
use crate::run::Limits;

pub(super) fn run(args: &RetryArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let plan = opened::plan(&project.mapping(args.with_mapping.as_deref())?, output)?;
    let session = opened::session(plan, &settings::of(&args.settings, &args.target, &project)?)?;
    let journal = open(&args.journal)?;
    let letters = chosen(&journal, &args.which)?;
    let n_other = letters.iter().filter(|letter| letter.mapping != session.plan().hash()).count();
    if n_other > 0 {
        output.note(format_args!("{} judged under another mapping", n_letters(n_other)));
    }
    let options = Options {
        retry: RetryPolicy { attempts: args.attempts, ..RetryPolicy::default() },
        limits: Limits { trace: true, ..Limits::default() },
        ..Options::default()
    };
    let manner = Manner {
        progress: Progress::of_events(letters.len()),
        letters: None,
        all_are: "`mapwright dead-letters list` shows them all",
        ends: Ends::uncounted(),
        format: args.format,
    };
    tokio::runtime::Runtime::new()?.block_on(async {
        let target = Target::open(&args.target).await?;
        let transport = target.transport(&session)?;
        let letters = journal.retry(ids_of(&letters), args.from_step);
        let deliverer = Deliverer::new(session, Arc::new(transport), options).with_journal(journal);
        let done = deliver(&deliverer, letters, Stop::default(), manner, output).await;
        target.close().await;
        done
    })
}
