use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The maximum size of a page.
pub const MAX_LIMIT: u32 = 100;
/// How many a list gives if nothing else is asked for.
pub const DEFAULT_LIMIT: u32 = 24;

/// The sort key of the last item of a page, opaque to callers (keyset pagination).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Which page of a list is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageRequest {
    limit: u32,
    cursor: Option<Cursor>,
}

/// One page of a list; `next_cursor` is absent on the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<Cursor>,
}

/// Which rows of a list are wanted: those of a page, or of a part of a file.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    after: Option<&'a Cursor>,
    rows: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("limit must be from 1 to {MAX_LIMIT}")]
    Limit,
    #[error("the cursor is not one that this list gave")]
    Cursor,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            cursor: None,
        }
    }
}

impl PageRequest {
    pub fn new(limit: Option<u32>, cursor: Option<Cursor>) -> Result<Self, PageError> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(PageError::Limit);
        }
        Ok(Self { limit, cursor })
    }

    /// The first `limit` items, cut to what is allowed.
    pub fn first(limit: u32) -> Self {
        Self {
            limit: limit.clamp(1, MAX_LIMIT),
            cursor: None,
        }
    }

    pub fn limit(&self) -> u32 {
        self.limit.clamp(1, MAX_LIMIT)
    }

    /// How many rows to ask for: one more than the limit tells whether there is a next page.
    pub fn fetch(&self) -> i64 {
        Slice::from(self).fetch()
    }

    /// The sort key after which this page starts.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, PageError> {
        Slice::from(self).after()
    }
}

impl<'a> From<&'a PageRequest> for Slice<'a> {
    fn from(page: &'a PageRequest) -> Self {
        Self {
            after: page.cursor.as_ref(),
            rows: page.limit(),
        }
    }
}

impl<'a> Slice<'a> {
    /// A part of a file, which has more rows than a page. How many is for the module to say, not for
    /// its caller.
    pub fn of_file(after: Option<&'a Cursor>, rows: u32) -> Self {
        Self { after, rows }
    }

    /// How many rows to ask for: one more than are given tells whether more follow.
    pub fn fetch(self) -> i64 {
        i64::from(self.rows) + 1
    }

    /// The sort key after which it starts.
    pub fn after<K: DeserializeOwned>(self) -> Result<Option<K>, PageError> {
        self.after.map(Cursor::decode).transpose()
    }
}

impl Cursor {
    pub fn encode<K: Serialize>(key: &K) -> Self {
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, PageError> {
        if self.0.len() > 512 {
            return Err(PageError::Cursor);
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(&self.0)
            .map_err(|_| PageError::Cursor)?;
        serde_json::from_slice(&bytes).map_err(|_| PageError::Cursor)
    }
}

impl<T> Page<T> {
    /// Makes a page of up to `fetch()` rows: the extra row only proves that there is more.
    pub fn from_rows<'a, K: Serialize>(
        mut rows: Vec<T>,
        slice: impl Into<Slice<'a>>,
        key: impl Fn(&T) -> K,
    ) -> Self {
        let limit = slice.into().rows as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more {
            rows.last().map(|row| Cursor::encode(&key(row)))
        } else {
            None
        };
        Self {
            items: rows,
            next_cursor,
        }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
        }
    }

    /// The same with fallible items.
    pub fn try_map<U, E>(self, f: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items: Result<Vec<U>, E> = self.items.into_iter().map(f).collect();
        Ok(Page {
            items: items?,
            next_cursor: self.next_cursor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_row_becomes_a_cursor_not_an_item() {
        let request = PageRequest::new(Some(2), None).unwrap();
        let page = Page::from_rows(vec![1, 2, 3], &request, |n| *n);
        assert_eq!(page.items, [1, 2]);
        let next = PageRequest::new(Some(2), page.next_cursor).unwrap();
        assert_eq!(next.after::<i32>().unwrap(), Some(2));
        assert_eq!(Page::from_rows(vec![3], &next, |n| *n).next_cursor, None);
    }

    #[test]
    fn a_part_of_a_file_may_have_more_rows_than_a_page() {
        let part = Slice::of_file(None, 150);
        assert_eq!(part.fetch(), 151);
        let page = Page::from_rows((1..=151).collect(), part, |n| *n);
        assert_eq!(page.items.len(), 150);
        let next = Slice::of_file(page.next_cursor.as_ref(), 150);
        assert_eq!(next.after::<i32>().unwrap(), Some(150));
        assert_eq!(Page::from_rows(vec![151], next, |n| *n).next_cursor, None);
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        for text in ["", "x", "####", &"A".repeat(600), "eyJhIjoxfQ"] {
            let request = PageRequest::new(None, Some(Cursor(text.to_owned()))).unwrap();
            assert_eq!(
                request.after::<(i64, String)>(),
                Err(PageError::Cursor),
                "{text:?}"
            );
        }
        assert!(PageRequest::new(Some(0), None).is_err());
        assert!(PageRequest::new(Some(101), None).is_err());
    }
}
