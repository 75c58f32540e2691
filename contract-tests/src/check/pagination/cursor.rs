//! `pagination.cursor`

use super::{Listed, PageCheck};
use crate::{finding::Verdict, rules::PagingStyle};
use futures::{FutureExt as _, future::BoxFuture};

/// The next cursor is that of the last item.
pub(super) struct Cursor;

impl PageCheck for Cursor {
    fn id(&self) -> &'static str {
        "pagination.cursor"
    }

    fn about(&self) -> &'static str {
        "Where cursors name items, the next cursor of a page is the cursor of its last item, and there is none when \
         nothing follows."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if list.rule.style != PagingStyle::Cursor || list.rule.response.next_cursor.is_none() {
                return Verdict::not_exercised("its pages hand out no cursors that name items");
            }
            let mut verdict = Verdict::default();
            let small = reference.small(listed.context).await;
            for page in small
                .iter()
                .chain([&reference.walk])
                .flat_map(|walk| &walk.pages)
            {
                let last = page.items.last().and_then(|item| list.cursor(item));
                let expected = match page.more {
                    Some(false) => None,
                    Some(true) => last,
                    None if page.next.is_some() => last,
                    None => continue,
                };
                if page.next == expected {
                    verdict.pass();
                    continue;
                }
                let show =
                    |cursor: &Option<String>| cursor.clone().unwrap_or_else(|| "null".to_owned());
                let finding = listed
                    .finding(
                        self.id(),
                        "the next cursor is not the one that continues",
                        "the next cursor is that of the last item, and null at the end",
                    )
                    .expected(show(&expected), show(&page.next));
                verdict.fail(finding.step(&page.exchange));
                break;
            }
            verdict
        }
        .boxed()
    }
}
