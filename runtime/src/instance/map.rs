//! Maps that keep the order of their entries.

use crate::json::{Parsed, Refused};
use std::borrow::Cow;
use std::fmt;

/// Up to here a search from the front is as fast as anything.
const SMALL: usize = 16;

/// A type whose values can be names of members.
pub trait Key: Sized {
    /// Reads a name.
    ///
    /// # Errors
    /// Where the name is not allowed.
    fn parse_key(text: Cow<'_, str>) -> Parsed<Self>;

    /// The name.
    fn as_key(&self) -> &str;
}

/// An object whose names are data. Entries keep their order, which does not count when maps are compared.
#[derive(Clone)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    /// The entries' places, sorted by name; empty while there are few.
    order: Vec<u32>,
}

impl<K: Key, V> Map<K, V> {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            order: Vec::new(),
        }
    }

    /// A map of these entries.
    ///
    /// # Errors
    /// The name that two entries have.
    pub fn from_entries(entries: Vec<(K, V)>) -> Result<Self, String> {
        let mut map = Self {
            entries,
            order: Vec::new(),
        };
        map.sort();
        let name = |place: u32| map.name(place);
        let twice = if map.order.is_empty() {
            let names = || map.entries.iter().map(|(key, _)| key.as_key());
            names()
                .enumerate()
                .find(|(at, name)| names().take(*at).any(|other| other == *name))
                .map(|(_, name)| name)
        } else {
            map.order.windows(2).find_map(|pair| match pair {
                [left, right] if name(*left) == name(*right) => Some(name(*left)),
                _ => None,
            })
        };
        match twice {
            Some(name) => Err(name.to_owned()),
            None => Ok(map),
        }
    }

    fn sort(&mut self) {
        self.order.clear();
        if self.entries.len() > SMALL {
            let entries = &self.entries;
            let name = |place: u32| {
                entries
                    .get(place as usize)
                    .map_or("", |(key, _)| key.as_key())
            };
            self.order = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
            self.order
                .sort_by(|left, right| name(*left).cmp(name(*right)));
        }
    }

    fn name(&self, place: u32) -> &str {
        self.entries
            .get(place as usize)
            .map_or("", |(key, _)| key.as_key())
    }

    fn find(&self, name: &str) -> Option<usize> {
        if self.order.is_empty() {
            return self
                .entries
                .iter()
                .position(|(key, _)| key.as_key() == name);
        }
        let at = self
            .order
            .binary_search_by(|place| self.name(*place).cmp(name))
            .ok()?;
        self.order.get(at).map(|place| *place as usize)
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.entries.get(self.find(name)?).map(|(_, value)| value)
    }

    /// The value of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let at = self.find(name)?;
        self.entries.get_mut(at).map(|(_, value)| value)
    }

    /// Whether there is an entry of that name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Sets an entry and gives the value it had before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(slot) = self.get_mut(key.as_key()) {
            return Some(std::mem::replace(slot, value));
        }
        if self.order.is_empty() {
            self.entries.push((key, value));
            self.sort();
        } else {
            let at = self
                .order
                .partition_point(|place| self.name(*place) < key.as_key());
            self.order
                .insert(at, u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
            self.entries.push((key, value));
        }
        None
    }

    /// Removes an entry and gives its value.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let at = self.find(name)?;
        let (_, value) = self.entries.remove(at);
        self.sort();
        Some(value)
    }
}

impl<K, V> Map<K, V> {
    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The names in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }
}

type Iter<'a, K, V> =
    std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> (&'a K, &'a V)>;

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

/// Of several entries of one name the last one stays.
impl<K: Key, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            order: Vec::new(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Key, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .entries
                .iter()
                .all(|(key, value)| other.get(key.as_key()).is_some_and(|there| there == value))
    }
}

impl<K: Key, V: Eq> Eq for Map<K, V> {}

/// Reads a map of at most `max` entries.
pub(super) fn parse_map<K: Key, V: crate::Instance>(
    p: &mut crate::Parser<'_>,
    max: usize,
) -> Parsed<Map<K, V>> {
    p.begin_object()?;
    let mut entries = Vec::new();
    while let Some(key) = p.next_key()? {
        if entries.len() >= max {
            return Err(Refused);
        }
        entries.push((K::parse_key(key)?, V::parse(p)?));
    }
    Map::from_entries(entries).map_err(|_| Refused)
}
