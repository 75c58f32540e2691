//! A customer: how requests become one, and how it changes.

use counterpart_runtime::{Date, DateTime, Nullable, Uuid};
use platnova::types::*;
use std::time::Instant;

/// A customer, and what only the platform knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) customer: Customer,
    /// Since when it waits to be reviewed, if it has what a review needs.
    pub(crate) waiting: Option<Instant>,
    has_address: bool,
}

/// What `meta` says of text that is not known.
macro_rules! known {
    ($value:expr, $union:ident :: $variant:ident) => {
        match &$value {
            Some(value) => $union::$variant(value.clone()),
            None => $union::Unset(Unset::Empty),
        }
    };
}

/// A customer that was just created.
pub(crate) fn new(body: &CreateCustomer) -> Record {
    let now = DateTime::now();
    let (dial_code, phone) = dialled(&body.phone);
    let mut record = Record {
        customer: Customer {
            id: Uuid::from_bytes(uuid::Uuid::now_v7().into_bytes()),
            email: valid(&body.email),
            first_name: body.first_name.clone(),
            last_name: body.last_name.clone(),
            phone,
            dial_code,
            country_code: alpha3(body.country_code),
            status: CustomerStatus::ApprovalPending,
            created_at: now.clone(),
            updated_at: now,
            meta: unknown(),
        },
        waiting: None,
        has_address: false,
    };
    let mut documents = body.documents.as_deref().unwrap_or_default().to_vec();
    documents.extend(body.document.clone());
    documents.extend_from_slice(body.additional_documents.as_deref().unwrap_or_default());
    record.know(
        &Known {
            date_of_birth: body.date_of_birth,
            gender: body.gender.as_deref(),
            address: body.address.as_ref(),
            funds: body.proof_of_funds.as_ref(),
        },
        (!documents.is_empty()).then_some(documents.as_slice()),
    );
    record
}

/// One of the customers there are from the start.
pub(crate) fn sample(index: usize) -> Record {
    let names = ["Ada", "Bola", "Chidi", "Dayo", "Efe", "Femi", "Gbenga"];
    let body = CreateCustomer {
        email: valid(&format!("customer{index}@example.com")),
        first_name: valid(names.get(index % names.len()).unwrap_or(&"Ada")),
        last_name: valid(&format!("Number {index}")),
        phone: valid(&format!("+234801{index:07}")),
        country_code: CountryCode::Ng,
        date_of_birth: Date::new(1990, 1, 1),
        gender: None,
        documents: None,
        document: None,
        additional_documents: None,
        address: None,
        proof_of_funds: None,
        additional_properties: Default::default(),
    };
    new(&body)
}

/// What can be known of a customer.
struct Known<'a> {
    date_of_birth: Option<Date>,
    gender: Option<&'a str>,
    address: Option<&'a Address>,
    funds: Option<&'a ProofOfFunds>,
}

impl Record {
    /// Changes what is given.
    pub(crate) fn change(&mut self, body: &UpdateCustomer) {
        let customer = &mut self.customer;
        if let Some(name) = &body.first_name {
            customer.first_name = name.clone();
        }
        if let Some(name) = &body.last_name {
            customer.last_name = name.clone();
        }
        if let Some(phone) = &body.phone {
            (customer.dial_code, customer.phone) = dialled(phone);
        }
        if let Some(code) = body.country_code {
            customer.country_code = alpha3(code);
        }
        customer.updated_at = DateTime::now();
        self.know(
            &Known {
                date_of_birth: body.date_of_birth,
                gender: body.gender.as_deref(),
                address: body.address.as_ref(),
                funds: body.proof_of_funds.as_ref(),
            },
            body.documents.as_deref(),
        );
    }

    fn know(&mut self, known: &Known<'_>, documents: Option<&[IdentityDocument]>) {
        let meta = &mut self.customer.meta;
        if known.date_of_birth.is_some() {
            meta.date_of_birth = known!(known.date_of_birth, CustomerMetaDateOfBirth::Date);
        }
        if let Some(gender) = known.gender {
            gender.clone_into(&mut meta.document.gender);
        }
        if let Some(address) = known.address {
            self.has_address = address.street.is_some() || address.document.is_some();
            meta.address = KnownAddress {
                street: text(&address.street),
                city: text(&address.city),
                state: text(&address.state),
                country: text(&address.country),
                postal_code: text(&address.postal_code),
                document: meta.address.document.clone(),
            };
        }
        if let Some(funds) = known.funds {
            meta.employment_status = known!(
                funds.employment_status,
                CustomerMetaEmploymentStatus::EmploymentStatus
            );
            meta.expected_monthly_income = known!(
                funds.expected_monthly_pay,
                CustomerMetaExpectedMonthlyIncome::MonthlyPay
            );
            meta.primary_purpose = known!(
                funds.primary_purpose,
                CustomerMetaPrimaryPurpose::PrimaryPurpose
            );
            meta.source_of_funds = known!(
                funds.source_of_funds,
                CustomerMetaSourceOfFunds::SourceOfFunds
            );
            meta.most_recent_occupation = known!(
                funds.occupation,
                CustomerMetaMostRecentOccupation::Occupation
            );
        }
        if let Some([first, others @ ..]) = documents {
            let document = &mut meta.document;
            document.number = text(&first.id_number);
            document.id_type = known!(first.id_type, KnownIdType::IdType);
            let others = others.iter().map(|other| AdditionalDocument {
                id_type: known!(other.id_type, KnownIdType::IdType),
                number: text(&other.id_number),
            });
            let others: Vec<_> = others.collect();
            document.additional = (!others.is_empty()).then_some(others).into();
            // Whoever was turned away is looked at again; whoever is active stays so.
            if self.customer.status != CustomerStatus::Active {
                self.customer.status = CustomerStatus::ApprovalPending;
            }
        }
        if self.customer.status == CustomerStatus::ApprovalPending && self.is_complete() {
            self.waiting.get_or_insert_with(Instant::now);
        }
    }

    /// Whether there is what a review needs: a document with a number, and an address.
    fn is_complete(&self) -> bool {
        !self.customer.meta.document.number.is_empty() && self.has_address
    }

    /// What a review comes to, and why not if it does not approve.
    pub(crate) fn verdict(&self) -> (CustomerStatus, Option<&'static str>) {
        let number = &self.customer.meta.document.number;
        if number.starts_with("LOCK") {
            (CustomerStatus::Locked, Some("the document is not genuine"))
        } else if number.starts_with("RESTRICT") {
            (
                CustomerStatus::Restricted,
                Some("the document cannot be read"),
            )
        } else {
            (CustomerStatus::Active, None)
        }
    }

    /// Ends a review.
    pub(crate) fn status(&mut self, status: CustomerStatus) {
        self.waiting = None;
        self.customer.status = status;
        self.customer.updated_at = DateTime::now();
    }

    /// What lists and the answer to a creation show.
    pub(crate) fn short(&self) -> ShortCustomer {
        let customer = &self.customer;
        ShortCustomer {
            id: customer.id,
            first_name: customer.first_name.clone(),
            last_name: customer.last_name.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
            country_code: customer.country_code.clone(),
            status: customer.status,
            created_at: customer.created_at.clone(),
        }
    }
}

fn unknown() -> CustomerMeta {
    CustomerMeta {
        date_of_birth: known!(None::<Date>, CustomerMetaDateOfBirth::Date),
        employment_status: known!(
            None::<EmploymentStatus>,
            CustomerMetaEmploymentStatus::EmploymentStatus
        ),
        expected_monthly_income: known!(
            None::<MonthlyPay>,
            CustomerMetaExpectedMonthlyIncome::MonthlyPay
        ),
        primary_purpose: known!(
            None::<PrimaryPurpose>,
            CustomerMetaPrimaryPurpose::PrimaryPurpose
        ),
        source_of_funds: known!(
            None::<SourceOfFunds>,
            CustomerMetaSourceOfFunds::SourceOfFunds
        ),
        most_recent_occupation: known!(
            None::<Occupation>,
            CustomerMetaMostRecentOccupation::Occupation
        ),
        document: KnownDocument {
            docs: Nullable::Null,
            number: String::new(),
            country: String::new(),
            id_type: known!(None::<IdType>, KnownIdType::IdType),
            valid_until: String::new(),
            provider: 0,
            additional: Nullable::Null,
            gender: String::new(),
        },
        address: KnownAddress {
            street: String::new(),
            city: String::new(),
            state: String::new(),
            country: String::new(),
            postal_code: String::new(),
            document: KnownAddressDocument {
                id_type: String::new(),
                issue_country: String::new(),
                urls: Nullable::Null,
            },
        },
        providers: Nullable::Null,
    }
}

fn text(value: &Option<impl AsRef<str>>) -> String {
    value
        .as_ref()
        .map_or_else(String::new, |value| value.as_ref().to_owned())
}

/// A text that is known to be valid, as its type.
fn valid<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse()
        .expect("what is valid for a request is valid for an answer")
}

fn alpha3(code: CountryCode) -> CountryCode3 {
    let country = celes::Country::from_alpha2(code.as_str());
    valid(country.map_or("XXX", |country| country.alpha3))
}

/// Country code and subscriber number of an E.164 number.
fn dialled(phone: &Phone) -> (CustomerDialCode, LocalPhone) {
    let digits = phone.trim_start_matches('+');
    let (code, rest) = digits
        .split_at_checked(code_length(digits))
        .unwrap_or((digits, ""));
    (valid(&format!("+{code}")), valid(rest))
}

/// How many digits the country code of an E.164 number has (ITU-T E.164, list of assigned codes).
fn code_length(digits: &str) -> usize {
    const TWO: [&str; 41] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93",
    ];
    match digits.get(..2) {
        _ if digits.starts_with('1') || digits.starts_with('7') => 1,
        Some(two) if TWO.contains(&two) || matches!(two, "94" | "95" | "98") => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_behind_the_country_code() {
        for (phone, code, rest) in [
            ("+12025550123", "+1", "2025550123"),
            ("+2348012345678", "+234", "8012345678"),
            ("+447911123456", "+44", "7911123456"),
            ("+9941234567", "+994", "1234567"),
        ] {
            let (dial_code, local) = dialled(&valid(phone));
            assert_eq!((&*dial_code, &*local), (code, rest));
        }
    }

    #[test]
    fn every_country_has_three_letters() {
        for country in celes::Country::get_countries() {
            let code: CountryCode = valid(country.alpha2);
            assert_ne!(&*alpha3(code), "XXX", "{}", country.alpha2);
        }
    }
}
