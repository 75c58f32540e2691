//! What a document says of what is below something that is deleted: whether it is found meanwhile, whether it comes back.

use super::{
    prose::{denies, names_child, told_by},
    restored_text::{BACK, GONE, RESHAPED},
};
use crate::rules::infer::{has_word, says};
use counterpart_model::api::Operation;

/// Words for whatever stands below a path.
const BELOW: [&str; 20] = [
    "everything below",
    "everything under",
    "everything beneath",
    "everything in it",
    "everything it contains",
    "everything that belongs to it",
    "anything below",
    "anything under",
    "all below",
    "all that is below",
    "whatever is below",
    "whatever stands below",
    "below its path",
    "below it",
    "under it",
    "beneath it",
    "sub-resource",
    "subresource",
    "its content",
    "all it contains",
];

/// Words of sentences after which everything is as it was.
pub(super) const AS_WAS: [&str; 11] = [
    "as it was",
    "as they were",
    "unchanged",
    "as before",
    "exactly as",
    "all its properties",
    "in full",
    "completely",
    "nothing is lost",
    "intact",
    "untouched",
];

/// Whether a sentence tells that what is deleted, and more, cannot be found meanwhile.
fn hides(sentence: &str) -> bool {
    let gone = says(
        sentence,
        &["404", "410", "not found", "is gone", "are gone"],
    );
    let meanwhile = says(sentence, &BACK) && has_word(sentence, &["until", "unless", "before"])
        || says(sentence, &GONE) && has_word(sentence, &["while", "deleted", "then", "long"])
        || has_word(sentence, &["meanwhile", "afterwards"]);
    let turned = ["no 404", "not 404", "still", "except", "but not", "never"];
    gone && meanwhile && !says(sentence, &turned)
}

/// Whether what is called like a list is not found, either, while what it stands below is deleted.
pub(super) fn hides_child(own: &Operation, delete: &Operation, list: &str) -> bool {
    let said = told_by(own).into_iter().chain(told_by(delete));
    let mut said = said.filter(|it| hides(it));
    said.any(|it| says(&it, &BELOW) || names_child(&it, list))
}

/// Whether what stands in a list comes back as well, and whether as it was.
pub(super) fn child_back(own: &Operation, list: &str) -> Option<bool> {
    let said = told_by(own);
    let mut named = said.iter().filter(|it| {
        let back = says(it, &BACK) && !denies(it) && !says(it, &RESHAPED);
        back && (says(it, &BELOW) || names_child(it, list))
    });
    named.next().map(|it| says(it, &AS_WAS))
}

#[cfg(test)]
mod tests {
    use super::{super::restored_text::tests::api, child_back, hides_child};

    #[test]
    fn what_is_below_is_hidden_meanwhile() {
        for said in [
            "The site and everything below its path answer 404 until it is restored.",
            "While a site is deleted, it and everything under it is not found.",
            "Until it is restored, the site and its meters answer 404.",
            "A deleted site, and anything below it, gives 404.",
            "The site with its meters is gone until it is restored.",
        ] {
            let api = api(said, "restore", "", "");
            let (own, delete) = (api.operation("r"), api.operation("d"));
            let own = own.expect("restore");
            let delete = delete.expect("delete");
            assert!(hides_child(own, delete, "/sites/{id}/meters"), "{said}");
        }
        for said in [
            "Deleting a deleted site answers 404.",
            "The site answers 404 until it is restored; its meters can still be read.",
            "The site answers 404 until it is restored, but not its meters.",
            "404 if there are no meters.",
        ] {
            let api = api(said, "restore", "", "");
            let (own, delete) = (api.operation("r"), api.operation("d"));
            let own = own.expect("restore");
            let delete = delete.expect("delete");
            assert!(!hides_child(own, delete, "/sites/{id}/meters"), "{said}");
        }
    }

    #[test]
    fn children_come_back_where_they_are_named() {
        let back = |said: &str| {
            let api = api("", "restore", said, "");
            child_back(api.operation("r").expect("restore"), "/sites/{id}/meters")
        };
        for (said, exact) in [
            (
                "The site comes back with all its properties, meters and readings as they were.",
                true,
            ),
            ("Restores the site together with its meters.", false),
            (
                "Brings back the site and everything below it, unchanged.",
                true,
            ),
            ("The site and its meters are back exactly as before.", true),
            ("Restores a site with everything it contains.", false),
        ] {
            assert_eq!(back(said), Some(exact), "{said}");
        }
        for said in [
            "Restores the site without its meters.",
            "The meters are not restored.",
            "Restores the site. Meters have to be added anew.",
            "The site comes back with all its properties.",
        ] {
            assert_eq!(back(said), None, "{said}");
        }
    }
}
