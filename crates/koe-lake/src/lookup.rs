//! Joins to what is known outside of the rows, given with the question.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, StringViewArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, create_udf};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is known elsewhere of the values of a column: the plan of today by customer. Cheap to
/// clone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Lookup(Arc<BTreeMap<String, String>>);

impl Lookup {
    /// From what is known by value of the column.
    pub fn new(known: BTreeMap<String, String>) -> Self {
        Lookup(Arc::new(known))
    }

    /// What is known of a value.
    pub fn get(&self, value: &str) -> Option<&str> {
        self.0.get(value).map(String::as_str)
    }

    /// What is known, each put differently; what becomes nothing is left out.
    pub fn filter_map(&self, put: impl Fn(&str) -> Option<String>) -> Self {
        let known = self.0.iter();
        Lookup::new(
            known
                .filter_map(|(value, known)| Some((value.clone(), put(known)?)))
                .collect(),
        )
    }

    /// What is known of each row, absent where nothing is.
    pub(crate) fn of(&self, column: Expr) -> Expr {
        // The engine tells functions apart by name, and one question may hold several.
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let known = Arc::clone(&self.0);
        let function = create_udf(
            &format!("lookup_{:x}", hasher.finish()),
            vec![DataType::Utf8View],
            DataType::Utf8View,
            Volatility::Immutable,
            Arc::new(move |args: &[ColumnarValue]| {
                let values = args[0].to_array(1)?;
                let found: StringViewArray = values
                    .as_string_view()
                    .iter()
                    .map(|value| known.get(value?).map(String::as_str))
                    .collect();
                Ok(match args[0] {
                    ColumnarValue::Array(_) => ColumnarValue::Array(Arc::new(found)),
                    ColumnarValue::Scalar(_) => {
                        ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?)
                    }
                })
            }),
        );
        function.call(vec![column])
    }
}

impl Serialize for Lookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lookup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Lookup::new)
    }
}
