//! A map and a set that are sorted by key. They stand in for the standard library's because phones load their code once
//! for every pair of types: here that is a quarter of a B-tree's. Pairs lie in chunks of bounded length, so that a
//! late one moves few others.

use std::{
    borrow::{Borrow, Cow},
    fmt,
    marker::PhantomData,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// Pairs of one chunk at most.
const CHUNK: usize = 256;

/// A map, sorted by key.
#[derive(Clone)]
pub struct SortedMap<K, V> {
    /// None is empty; within and across them keys ascend.
    chunks: Vec<Vec<(K, V)>>,
}

/// Where a key is, or would be.
enum Found {
    Here(usize, usize),
    Between(usize, usize),
}

impl<K: Ord, V> SortedMap<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Found
    where
        K: Borrow<Q>,
    {
        let starts_at_or_before = |chunk: &Vec<(K, V)>| chunk.first().is_some_and(|(k, _)| k.borrow() <= key);
        let chunk = self.chunks.partition_point(starts_at_or_before).saturating_sub(1);
        let Some(pairs) = self.chunks.get(chunk) else { return Found::Between(0, 0) };
        match pairs.binary_search_by(|(k, _)| k.borrow().cmp(key)) {
            Ok(at) => Found::Here(chunk, at),
            Err(at) => Found::Between(chunk, at),
        }
    }

    /// What stands under a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            Found::Here(chunk, at) => Some(&self.chunks[chunk][at].1),
            Found::Between(..) => None,
        }
    }

    /// What stands under a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            Found::Here(chunk, at) => Some(&mut self.chunks[chunk][at].1),
            Found::Between(..) => None,
        }
    }

    /// Whether anything stands under a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// Puts a value under a key; gives what stood there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Found::Here(chunk, at) => Some(std::mem::replace(&mut self.chunks[chunk][at].1, value)),
            Found::Between(chunk, at) => {
                self.put(chunk, at, key, value);
                None
            }
        }
    }

    /// What stands under a key; a value that is made now if nothing did.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let (chunk, at) = match self.find(&key) {
            Found::Here(chunk, at) => (chunk, at),
            Found::Between(chunk, at) => self.put(chunk, at, key, make()),
        };
        &mut self.chunks[chunk][at].1
    }

    /// What stands under a key; the default if nothing did.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// Puts a pair where it belongs, and says where it is now.
    fn put(&mut self, mut chunk: usize, mut at: usize, key: K, value: V) -> (usize, usize) {
        if self.chunks.is_empty() {
            self.chunks.push(Vec::new());
        }
        let length = self.chunks[chunk].len();
        if length >= CHUNK {
            // What comes in order fills its chunks.
            let cut = if at == length { length } else { length / 2 };
            let rest = self.chunks[chunk].split_off(cut);
            self.chunks.insert(chunk + 1, rest);
            if at >= cut {
                (chunk, at) = (chunk + 1, at - cut);
            }
        }
        self.chunks[chunk].insert(at, (key, value));
        (chunk, at)
    }

    /// Takes out what stands under a key.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let Found::Here(chunk, at) = self.find(key) else { return None };
        let (_, value) = self.chunks[chunk].remove(at);
        if self.chunks[chunk].is_empty() {
            self.chunks.remove(chunk);
        }
        Some(value)
    }

    /// The pairs from a key on.
    pub fn range_from<'a, Q: Ord + ?Sized>(
        &'a self,
        key: &Q,
    ) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V, Q>
    where
        K: Borrow<Q>,
    {
        let (Found::Here(chunk, at) | Found::Between(chunk, at)) = self.find(key);
        let first = self.chunks.get(chunk).and_then(|pairs| pairs.get(at..)).unwrap_or_default();
        let rest = self.chunks.get(chunk + 1..).unwrap_or_default();
        first.iter().chain(rest.iter().flatten()).map(|(k, v)| (k, v))
    }

    /// Keeps the pairs for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.chunks.iter_mut().for_each(|pairs| pairs.retain(|(k, v)| keep(k, v)));
        self.chunks.retain(|pairs| !pairs.is_empty());
    }
}

impl<K, V> SortedMap<K, V> {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { chunks: Vec::new() }
    }

    /// How many pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// All pairs, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.chunks.iter().flatten().map(|(k, v)| (k, v))
    }

    /// All keys, ascending.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(k, _)| k)
    }

    /// All values, by key.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, v)| v)
    }

    /// All values, by key, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.chunks.iter_mut().flatten().map(|(_, v)| v)
    }

    /// All values, by key, each given away.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.chunks.into_iter().flatten().map(|(_, v)| v)
    }

    /// The pair with the smallest key.
    #[must_use]
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The pair with the greatest key.
    #[must_use]
    pub fn last(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}
impl<K: PartialEq, V: PartialEq> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
impl<K: Eq, V: Eq> Eq for SortedMap<K, V> {}
impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<(K, V)>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.into_iter().flatten()
    }
}
impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}
impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::new();
        map.extend(pairs);
        map
    }
}
impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}
impl<K: Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.iter())
    }
}
impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for SortedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(Pairs(PhantomData))
    }
}

impl<K, V: JsonSchema> JsonSchema for SortedMap<K, V> {
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", V::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<V>() })
    }
}

/// Of a key that comes twice the last one counts, as with the standard library's maps.
struct Pairs<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
    type Value = SortedMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut map = SortedMap::new();
        while let Some((key, value)) = pairs.next_entry()? {
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// A set of few, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedSet<T>(Vec<T>);

impl<T: Ord> SortedSet<T> {
    /// Whether it is in.
    pub fn contains(&self, item: &T) -> bool {
        self.0.binary_search(item).is_ok()
    }

    /// Puts it in; `false` if it was.
    pub fn insert(&mut self, item: T) -> bool {
        let place = self.0.binary_search(&item);
        if let Err(at) = place {
            self.0.insert(at, item);
        }
        place.is_err()
    }
}

impl<T> SortedSet<T> {
    /// Whether nothing is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All, ascending.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Keeps those for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.0.retain(keep);
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.0.extend(items);
        self.0.sort_unstable();
        self.0.dedup();
    }
}
impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = Self::default();
        set.extend(items);
        set
    }
}
impl<T: Ord, const N: usize> From<[T; N]> for SortedSet<T> {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}
impl<T: Serialize> Serialize for SortedSet<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self)
    }
}
impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for SortedSet<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_seq(ItemsOf(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for SortedSet<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("SetOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": generator.subschema_for::<T>(), "uniqueItems": true })
    }
}

struct ItemsOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Ord> Visitor<'de> for ItemsOf<T> {
    type Value = SortedSet<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut set = SortedSet::default();
        while let Some(item) = items.next_element()? {
            set.insert(item);
        }
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Do {
        Insert(u16, u8),
        Remove(u16),
        OrDefault(u16),
        Retain(u16),
    }

    fn steps() -> impl Strategy<Value = Vec<Do>> {
        let step = prop_oneof![
            8 => (any::<u16>(), any::<u8>()).prop_map(|(k, v)| Do::Insert(k, v)),
            2 => (0..2_000_u16, any::<u8>()).prop_map(|(k, v)| Do::Insert(k, v)),
            3 => (0..2_000_u16).prop_map(Do::Remove),
            1 => any::<u16>().prop_map(Do::OrDefault),
            1 => (2..9_u16).prop_map(Do::Retain),
        ];
        prop::collection::vec(step, 0..2_000)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_map_does_what_a_b_tree_does(steps in steps(), ascending in any::<bool>(), probe in any::<u16>()) {
            let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
            if ascending {
                ours.extend((0..1_500_u16).map(|n| (n, 0)));
                theirs.extend((0..1_500_u16).map(|n| (n, 0)));
            }
            for step in steps {
                match step {
                    Do::Insert(k, v) => prop_assert_eq!(ours.insert(k, v), theirs.insert(k, v)),
                    Do::Remove(k) => prop_assert_eq!(ours.remove(&k), theirs.remove(&k)),
                    Do::OrDefault(k) => prop_assert_eq!(ours.or_default(k), theirs.entry(k).or_default()),
                    Do::Retain(n) => {
                        ours.retain(|k, _| k % n != 0);
                        theirs.retain(|k, _| k % n != 0);
                    }
                }
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert!(ours.iter().rev().eq(theirs.iter().rev()));
            prop_assert!(ours.range_from(&probe).eq(theirs.range(probe..)));
            prop_assert_eq!(ours.get(&probe), theirs.get(&probe));
            prop_assert_eq!((ours.len(), ours.is_empty()), (theirs.len(), theirs.is_empty()));
            prop_assert_eq!((ours.first(), ours.last()), (theirs.first_key_value(), theirs.last_key_value()));
            prop_assert!(ours.chunks.iter().all(|pairs| (1..=CHUNK).contains(&pairs.len())));
            let text = serde_json::to_string(&ours).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&theirs).unwrap());
        }

        #[test]
        fn a_set_does_what_a_b_tree_does(items in prop::collection::vec(0..99_u8, 0..200), more in 0..99_u8) {
            let (mut ours, mut theirs): (SortedSet<u8>, BTreeSet<u8>) =
                (items.iter().copied().collect(), items.iter().copied().collect());
            prop_assert_eq!(ours.insert(more), theirs.insert(more));
            prop_assert!(ours.iter().eq(theirs.iter()));
            let text = serde_json::to_string(&ours).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&theirs).unwrap());
            prop_assert_eq!(crate::json::from_str::<SortedSet<u8>>(&text).unwrap(), ours);
        }
    }

    #[test]
    fn what_comes_in_order_fills_its_chunks() {
        let map: SortedMap<usize, ()> = (0..CHUNK * 4).map(|n| (n, ())).collect();
        assert_eq!(map.chunks.len(), 4);
    }
}
