//! Made-up deposit addresses and account numbers in the form of real ones.

use super::values::Chain;
use crate::credentials::hex;

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// An address on a chain, from 32 bytes of the caller's choice.
pub(crate) fn address(chain: Chain, random: [u8; 32]) -> String {
    match chain {
        Chain::Ethereum | Chain::Base | Chain::Polygon | Chain::Ink => {
            let digits = hex(&random);
            format!("0x{}", digits.get(..40).unwrap_or_default())
        }
        Chain::Sui => format!("0x{}", hex(&random)),
        Chain::Solana => base58(&random, 44),
        Chain::Tron => format!("T{}", base58(&random, 33)),
    }
}

/// Digits of base 58, as many as wanted.
fn base58(random: &[u8; 32], length: usize) -> String {
    let sources = random.iter().chain(random.iter().rev());
    let digit = |byte: &u8| {
        BASE58
            .get(usize::from(*byte) % BASE58.len())
            .map_or('1', |digit| char::from(*digit))
    };
    sources.map(digit).take(length).collect()
}

/// Decimal digits, as many as wanted, at most 32.
pub(crate) fn digits(random: &[u8; 32], length: usize) -> String {
    random
        .iter()
        .map(|byte| char::from(b'0' + byte % 10))
        .take(length)
        .collect()
}

/// A German IBAN with the right check digits (ISO 13616).
pub(crate) fn iban(random: &[u8; 32]) -> String {
    let account = digits(random, 18);
    // DE00 goes to the end, letters count from 10: D is 13, E is 14.
    let remainder = format!("{account}131400")
        .bytes()
        .fold(0_u32, |rest, byte| {
            (rest * 10 + u32::from(byte - b'0')) % 97
        });
    format!("DE{:02}{account}", 98 - remainder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chain_has_its_form() {
        for byte in [0, 1, 57, 58, 200, 255] {
            let evm = address(Chain::Polygon, [byte; 32]);
            assert!(evm.starts_with("0x") && evm.len() == 42);
            assert_eq!(address(Chain::Sui, [byte; 32]).len(), 66);
            assert_eq!(address(Chain::Solana, [byte; 32]).len(), 44);
            let tron = address(Chain::Tron, [byte; 32]);
            assert!(tron.starts_with('T') && tron.len() == 34);
        }
    }

    #[test]
    fn ibans_leave_the_remainder_one() {
        for byte in 0..=255 {
            let iban = iban(&[byte; 32]);
            let moved = format!("{}1314{}", &iban[4..], &iban[2..4]);
            assert_eq!(
                moved
                    .bytes()
                    .fold(0, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97),
                1,
                "{iban}"
            );
        }
    }
}
