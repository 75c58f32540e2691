//! What a document says of taking back a deletion: whether it can be done, what is as it was afterwards, when it is refused.

use super::{
    below_text::AS_WAS,
    prose::{denies, quoted, refusals_of, told_by},
};
use crate::{
    context::undoes,
    paths,
    rules::infer::{has_word, says},
};
use counterpart_model::api::{Api, Method, Operation};

/// Words of what takes something back.
pub(super) const BACK: [&str; 25] = [
    "restor",
    "undelet",
    "unarchiv",
    "untrash",
    "recover",
    "reinstat",
    "reviv",
    "undo the",
    "undo a",
    "undoes",
    "undone",
    "take back",
    "takes back",
    "taken back",
    "taking back",
    "bring back",
    "brings back",
    "brought back",
    "brings it back",
    "come back",
    "comes back",
    "is back",
    "are back",
    "reverses the delet",
    "put back",
];

/// Words of what it takes back.
pub(super) const GONE: [&str; 8] = [
    "delet",
    "undelet",
    "trash",
    "the bin",
    "recycle bin",
    "remov",
    "archiv",
    "unarchiv",
];

/// Words that tell that there is no way back.
const FOR_GOOD: [&str; 9] = [
    "for good",
    "permanent",
    "irreversib",
    "irrevocab",
    "forever",
    "cannot be undone",
    "can not be undone",
    "no way back",
    "unrecoverab",
];

/// What is not deleted.
const LIVE: [&str; 11] = [
    "not deleted",
    "isn't deleted",
    "not been deleted",
    "never deleted",
    "not in the trash",
    "not in the bin",
    "not archived",
    "isn't archived",
    "not trashed",
    "undeleted ones",
    "still exists",
];

/// What alone can be restored.
const ONLY_GONE: [&str; 9] = [
    "only deleted",
    "only a deleted",
    "only archived",
    "only an archived",
    "only trashed",
    "only a trashed",
    "only what was deleted",
    "must be deleted",
    "has to be deleted",
];

/// What another one has by now.
const TAKEN: [&str; 12] = [
    "taken by",
    "is taken",
    "been taken",
    "in use",
    "used by another",
    "uses its",
    "uses the same",
    "no longer free",
    "no longer available",
    "already exists",
    "exists already",
    "has its",
];

/// Words of sentences that tell what is not as it was.
const DIFFERS: [&str; 14] = [
    "differ",
    "except",
    "apart from",
    "other than",
    "but for",
    "changes",
    "change",
    "raise",
    "increase",
    "renew",
    "reset",
    "becomes",
    "become",
    "set to",
];

/// Words of what may come back in another shape than it had.
pub(super) const RESHAPED: [&str; 12] = [
    "draft", "renam", "suffix", "without", "empty", "reset", "lost", "anew", "afresh", "disabled",
    "inactive", "partial",
];

/// What a document says of an operation that takes back a deletion.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Restoring {
    /// It is refused for what is not deleted.
    pub(super) live_refused: bool,
    /// Everything is as it was afterwards, but for the properties of these names, in lower case.
    pub(super) whole: Option<Vec<String>>,
    /// It may come back in another shape.
    pub(super) reshaped: bool,
    /// The words of sentences that tell that another has what has to be unique: restoring is refused then.
    pub(super) taken_refused: Option<String>,
}

/// The `DELETE` that an operation takes back, where names and descriptions leave no doubt.
pub(super) fn taken_back<'a>(api: &'a Api, own: &Operation) -> Option<&'a Operation> {
    let template = paths::resource(&own.path);
    let delete = paths::at(api, Method::Delete, template)?;
    let acts = own.method == Method::Post && paths::plain(&own.path) != template;
    let (said, of_delete) = (told_by(own), told_by(delete));
    let named = undoes(own) || said.iter().any(|it| back_from(it) && !denies(it));
    let about = said.iter().any(|it| says(it, &GONE))
        || of_delete.iter().any(|it| says(it, &BACK) && !denies(it));
    let ends = of_delete.iter().any(|it| ends_it(it));
    (acts && named && about && !ends).then_some(delete)
}

/// Whether a sentence says that there is no way back.
pub(super) fn ends_it(sentence: &str) -> bool {
    says(sentence, &FOR_GOOD) || says(sentence, &BACK) && denies(sentence)
}

/// Whether a sentence is about taking back what was deleted.
fn back_from(sentence: &str) -> bool {
    says(sentence, &BACK) && says(sentence, &GONE)
}

impl Restoring {
    /// What an operation says of it.
    pub(super) fn of(own: &Operation) -> Self {
        let said = told_by(own);
        let refused = refusals_of(own);
        Self {
            live_refused: refused.iter().any(|it| is_of_live(it)) || said.iter().any(|it| only(it)),
            whole: whole(&said),
            reshaped: said.iter().any(|it| says(it, &RESHAPED)),
            taken_refused: refused.into_iter().find(|it| is_taken(it)),
        }
    }
}

/// Whether a refusal is for what is not deleted.
fn is_of_live(refusal: &str) -> bool {
    says(refusal, &LIVE) && !has_word(refusal, &["unless"])
}

/// *Only deleted sites can be restored.*
fn only(sentence: &str) -> bool {
    says(sentence, &ONLY_GONE) && says(sentence, &BACK) && !has_word(sentence, &["not", "unless"])
}

/// What is not as it was, by its names, where all else is.
fn whole(said: &[String]) -> Option<Vec<String>> {
    let tells = |it: &&String| says(it, &BACK) && says(it, &AS_WAS) && !has_word(it, &["not"]);
    said.iter().find(tells)?;
    let differing: Vec<&String> = said.iter().filter(|it| says(it, &DIFFERS)).collect();
    // What differs and has no name may be anything.
    if differing.iter().any(|it| quoted(it).is_empty()) {
        return None;
    }
    let names = differing.iter().flat_map(|it| quoted(it));
    Some(names.map(str::to_owned).collect())
}

/// Whether a refusal is for what another one has by now.
fn is_taken(refusal: &str) -> bool {
    let renamed = ["renam", "suffix", "another name", "new name", "unless"];
    let another = has_word(refusal, &["another", "other", "meanwhile", "since", "now"])
        || says(refusal, &["already exists", "exists already", "is taken"]);
    says(refusal, &TAKEN) && another && !says(refusal, &renamed)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Restoring, taken_back};
    use counterpart_model::api::Api;

    /// A deletion, what may take it back, and what that refuses.
    pub(in super::super) fn api(delete: &str, path: &str, restore: &str, refused: &str) -> Api {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  '/sites/{{id}}':\n    delete: {{operationId: d, \
             description: \"{delete}\", responses: {{'204': {{description: gone}}}}}}\n  '/sites/{{id}}/{path}':\n    \
             post: {{operationId: r, description: \"{restore}\", responses: {{'200': {{description: back}}, '409': \
             {{description: \"{refused}\"}}}}}}\n"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        api.expect("an API")
    }

    fn told(delete: &str, restore: &str, refused: &str) -> Restoring {
        let api = api(delete, "restore", restore, refused);
        Restoring::of(api.operation("r").expect("restore"))
    }

    #[test]
    fn a_deletion_is_taken_back_by_names_and_words_together() {
        for (delete, path, restore) in [
            (
                "Delete a site (can be taken back)",
                "restore",
                "Restores it.",
            ),
            (
                "Deletes a site.",
                "undelete",
                "Undoes the deletion of a site.",
            ),
            (
                "Moves the site to the bin.",
                "recover",
                "Recovers a site from the bin.",
            ),
            (
                "Archives a site.",
                "unarchive",
                "Brings an archived site back.",
            ),
            ("Deletes it.", "revival", "Brings back a deleted site."),
        ] {
            let api = api(delete, path, restore, "");
            let own = api.operation("r").expect("restore");
            assert!(taken_back(&api, own).is_some(), "{delete} {restore}");
        }
        for (delete, path, restore) in [
            (
                "Deletes a site for good.",
                "restore",
                "Restores a deleted site.",
            ),
            (
                "Deletes it. It cannot be restored.",
                "restore",
                "Restores a backup.",
            ),
            (
                "Deletes a site.",
                "restore",
                "Restores a site from a backup.",
            ),
            (
                "Deletes a site.",
                "recover",
                "Sends a link to recover a password.",
            ),
            ("Deletes a site.", "approve", "Approves a site."),
        ] {
            let api = api(delete, path, restore, "");
            let own = api.operation("r").expect("restore");
            assert!(taken_back(&api, own).is_none(), "{delete} {restore}");
        }
    }

    #[test]
    fn what_is_not_deleted_is_refused_where_that_is_said() {
        for (said, refused) in [
            (
                "A site that is not deleted answers 409, likewise others.",
                "",
            ),
            ("Only deleted sites can be restored.", ""),
            ("`409` when the site isn't deleted.", ""),
            ("", "The site is not deleted."),
            ("Restoring a site that has not been deleted is refused.", ""),
        ] {
            assert!(told("", said, refused).live_refused, "{said}{refused}");
        }
        for (said, refused) in [
            ("A site that is not deleted is not refused.", ""),
            ("A site that is not deleted answers 200.", ""),
            ("Sites that are not deleted are left alone.", ""),
            ("", "The name is taken by another."),
        ] {
            assert!(!told("", said, refused).live_refused, "{said}{refused}");
        }
    }

    #[test]
    fn what_differs_has_a_name_or_nothing_is_whole() {
        let whole = |said: &str| told("", said, "").whole;
        let said = "The site comes back with all its properties as they were; only `version` (plus one) and `updatedAt` \
                    differ.";
        let named = ["version", "updatedat"].map(str::to_owned).to_vec();
        assert_eq!(whole(said), Some(named));
        assert_eq!(
            whole("Restores the site exactly as it was."),
            Some(Vec::new())
        );
        for said in [
            "Restores the site as it was, apart from its members.",
            "The site is restored, but not as it was.",
            "Restores the site.",
        ] {
            assert_eq!(whole(said), None, "{said}");
        }
    }

    #[test]
    fn what_another_one_has_by_now_is_refused() {
        for (said, refused) in [
            (
                "409, likewise a site whose name has meanwhile been taken by another.",
                "",
            ),
            ("Refused when another site uses its name by now; `409`.", ""),
            ("", "Its name is in use by another site."),
            ("", "A site of this name already exists."),
            (
                "`409` if the name is no longer available, because another one took it.",
                "",
            ),
        ] {
            assert!(
                told("", said, refused).taken_refused.is_some(),
                "{said}{refused}"
            );
        }
        for (said, refused) in [
            ("If its name has been taken by another, it is renamed.", ""),
            (
                "It gets a suffix if its name is in use by another; 409 for nothing.",
                "",
            ),
            ("The name is taken from the backup.", ""),
            ("", "The site is not deleted."),
        ] {
            assert!(
                told("", said, refused).taken_refused.is_none(),
                "{said}{refused}"
            );
        }
    }
}
