//! What a document says of what is left after a deletion: values that are free again, what goes with it, what begins anew.

use super::{
    prose::{denies, names, names_child, told_by},
    restored_text::{BACK, ends_it},
};
use crate::rules::infer::{has_word, says};
use counterpart_model::api::Operation;

/// Words that tell that a value may be had by another one.
const FREE: [&str; 21] = [
    "used again",
    "reused",
    "re-used",
    "reusable",
    "available again",
    "becomes available",
    "become available",
    "be free",
    "is free",
    "becomes free",
    "free again",
    "frees",
    "freed",
    "releases",
    "released",
    "taken again",
    "be taken by",
    "given to another",
    "registered again",
    "assigned again",
    "used by another",
];

/// Words that leave open when, or to whom.
const OPEN: [&str; 27] = [
    "not",
    "never",
    "cannot",
    "no",
    "nor",
    "unless",
    "until",
    "except",
    "only",
    "if",
    "when",
    "where",
    "day",
    "days",
    "hour",
    "hours",
    "minute",
    "minutes",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "eventually",
    "later",
    "optionally",
];

/// What was not deleted.
const LIVE: [&str; 5] = [
    "not deleted",
    "not been deleted",
    "undeleted",
    "non-deleted",
    "aren't deleted",
];

/// Words of what goes along with something else.
const ALONG: [&str; 16] = [
    "with its",
    "with all its",
    "with all of its",
    "with their",
    "and its",
    "and all its",
    "and all of its",
    "and everything",
    "including its",
    "including all",
    "along with",
    "together with",
    "with it",
    "as well",
    "also deletes",
    "cascad",
];

/// Words of what is made once more.
const AGAIN: [&str; 15] = [
    "created later",
    "created again",
    "created anew",
    "created afterwards",
    "made again",
    "made later",
    "made anew",
    "recreat",
    "re-creat",
    "creating it again",
    "putting it again",
    "put again",
    "new one",
    "under the same",
    "with the same",
];

/// Words of what has nothing in it.
const EMPTY: [&str; 10] = [
    "without",
    "empty",
    "none of",
    "from scratch",
    "starts with nothing",
    "starts over",
    "does not have",
    "not bring back",
    "do not come back",
    "does not come back",
];

/// The property whose value may be had by another one when its owner is deleted: the only one of these names that a
/// sentence of the deletion, or of what makes it, tells that of.
pub(super) fn freed<'n>(
    delete: &Operation,
    create: &Operation,
    known: &'n [String],
) -> Option<&'n str> {
    let of_delete = told_by(delete).into_iter().filter(|it| frees(it));
    let of_create = told_by(create).into_iter().filter(|it| is_among_live(it));
    let mut sentences = of_delete.chain(of_create);
    sentences.find_map(|sentence| {
        // *Titles are unique* is said of `title`.
        let several = |name: &str| names(&sentence, &format!("{name}s"));
        let mut named = known
            .iter()
            .filter(|name| names(&sentence, name) || several(name));
        match (named.next(), named.next()) {
            (Some(name), None) => Some(name.as_str()),
            _ => None,
        }
    })
}

/// *Its plate may be used again afterwards.*
fn frees(sentence: &str) -> bool {
    let open = has_word(sentence, &OPEN) || sentence.contains("n't");
    says(sentence, &FREE) && !open && !says(sentence, &["free of"])
}

/// *The name is unique among those that are not deleted.*
fn is_among_live(sentence: &str) -> bool {
    let open = ["unless", "except", "may", "should", "until"];
    has_word(sentence, &["unique"])
        && has_word(sentence, &["among", "amongst", "of", "within", "across"])
        && says(sentence, &LIVE)
        && !has_word(sentence, &open)
}

/// Whether a deletion is said to take along what stands in a list below it: *with its comments and attachments*.
pub(super) fn takes_along(delete: &Operation, list: &str) -> bool {
    let said = told_by(delete);
    // What can be taken back is kept somewhere.
    let kept = said.iter().any(|it| says(it, &BACK) && !ends_it(it));
    let open = [
        "if",
        "when",
        "where",
        "unless",
        "may",
        "can",
        "could",
        "optionally",
        "only",
        "before",
    ];
    let takes = |it: &&String| {
        says(it, &["delet", "remov", "gone", "destroy", "eras", "purge"])
            && (says(it, &ALONG) || has_word(it, &["too"]))
            && names_child(it, list)
            && !denies(it)
            && !has_word(it, &open)
    };
    !kept && said.iter().any(|it| takes(&it))
}

/// Whether what is made once more at the same place has nothing in a list below it.
pub(super) fn begins_empty(delete: &Operation, create: &Operation, list: &str) -> bool {
    let open = [
        "cannot", "unless", "except", "may", "must", "if", "should", "still", "only",
    ];
    let begins = |it: &String| {
        let none = says(it, &EMPTY) || has_word(it, &["no"]);
        let empty = none && names_child(it, list) || says(it, &["starts empty"]);
        says(it, &AGAIN) && empty && !has_word(it, &open)
    };
    let mut said = told_by(delete).into_iter().chain(told_by(create));
    takes_along(delete, list) || said.any(|it| begins(&it))
}

#[cfg(test)]
mod tests {
    use super::{begins_empty, freed, takes_along};
    use counterpart_model::api::{Api, Operation};

    fn api(delete: &str, create: &str) -> Api {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  '/cars/{{id}}':\n    delete: {{operationId: d, \
             description: \"{delete}\", responses: {{'204': {{description: gone}}}}}}\n    put: {{operationId: c, \
             description: \"{create}\", responses: {{'201': {{description: made}}}}}}\n"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        api.expect("an API")
    }

    fn both(api: &Api) -> (&Operation, &Operation) {
        let of = |id: &str| api.operation(id).expect("an operation");
        (of("d"), of("c"))
    }

    #[test]
    fn what_is_free_again_is_named() {
        let names = ["plate", "email", "title"].map(str::to_owned);
        for (delete, create, name) in [
            ("Its plate may be used again afterwards.", "", "plate"),
            ("The plate becomes available again.", "", "plate"),
            ("The e-mail address can be registered again.", "", "email"),
            ("Deletes a car and frees its plate.", "", "plate"),
            ("From then on the `plate` is free.", "", "plate"),
            (
                "",
                "Plates are unique among the cars that are not deleted.",
                "plate",
            ),
        ] {
            let api = api(delete, create);
            let (delete, create) = both(&api);
            assert_eq!(freed(delete, create, &names), Some(name));
        }
        for (delete, create) in [
            ("Its plate may not be used again.", ""),
            ("Its plate may be used again after 30 days.", ""),
            ("The plate can only be reused by the same owner.", ""),
            ("Plate and title may be used again.", ""),
            ("The plate is free of charge until then.", ""),
            ("", "`plate` is unique, also among cars that were deleted."),
            ("", "`plate` is unique."),
        ] {
            let api = api(delete, create);
            let (delete, create) = both(&api);
            assert_eq!(freed(delete, create, &names), None);
        }
    }

    #[test]
    fn what_goes_along_is_named() {
        let along = |said: &str| {
            let api = api(said, "");
            takes_along(both(&api).0, "/cars/{id}/trips")
        };
        for said in [
            "Deletes a car together with its trips, for good.",
            "Deletes the car with its notes and trips.",
            "Removes a car and all its trips.",
            "The trips of the car are deleted as well.",
            "Deletes it, including all trips.",
        ] {
            assert!(along(said), "{said}");
        }
        for said in [
            "Deletes a car; its trips are kept.",
            "A car with its trips not finished is not deleted.",
            "Deletes a car and its trips if `cascade` is true.",
            "Deletes a car with its trips. It can be restored with them.",
            "Deletes a car and its notes.",
            "Deletes a car without its trips.",
        ] {
            assert!(!along(said), "{said}");
        }
    }

    #[test]
    fn what_is_made_again_begins_empty() {
        let empty = |said: &str| {
            let api = api(said, "");
            let (delete, create) = both(&api);
            begins_empty(delete, create, "/cars/{id}/trips")
        };
        for said in [
            "A car created later under the same id starts without trips.",
            "Recreating it does not bring back its trips.",
            "A new one of the same id starts empty.",
            "A car that is created again has no trips.",
            "Deletes a car together with its trips.",
        ] {
            assert!(empty(said), "{said}");
        }
        for said in [
            "A car created later under the same id has its trips again.",
            "A car cannot be created again without trips.",
            "A car created again may have no trips.",
            "Deletes a car.",
        ] {
            assert!(!empty(said), "{said}");
        }
    }
}
