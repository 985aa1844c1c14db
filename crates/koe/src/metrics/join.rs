//! Explicit joins: what is known today of the customers and accounts behind
//! records, as a dimension or a filter.

use std::collections::BTreeMap;

use koe_lake::{CommonColumn, Condition, Dimension, Lookup, Test, Value};

use super::question::{Filter, ResultsQuery, Split};
use crate::base::db::Conn;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::{self, AttributeKind, Holder};

/// What stands in a question for an attribute as it is known now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    /// Whose.
    pub holder: Holder,
    /// Its key.
    pub key: String,
}

impl Attribute {
    /// The column of a record that names the holder.
    fn column(&self) -> CommonColumn {
        match self.holder {
            Holder::Customer => CommonColumn::Customer,
            Holder::Account => CommonColumn::Account,
        }
    }
}

/// The values of today for every attribute a question names.
#[derive(Clone, Debug, Default)]
pub struct Joins(BTreeMap<Attribute, Lookup>);

impl Joins {
    /// Reads what a question needs.
    ///
    /// # Errors
    /// 422 naming a dimension that is no attribute to split by.
    pub async fn of(
        conn: &mut Conn,
        scope: &Scope,
        query: &ResultsQuery,
        splits: &[Split],
    ) -> Outcome<Self> {
        let mut named: Vec<(String, Split)> = splits
            .iter()
            .enumerate()
            .map(|(n, split)| (format!("split[{n}]"), split.clone()))
            .collect();
        for (n, filter) in query.filters.iter().enumerate() {
            let field = format!("filters[{n}].dimension");
            let split = Split::parse(&filter.dimension, &field)?;
            named.push((field, split));
        }
        let mut joins = Self::default();
        for (field, split) in named {
            let Split::Attribute(attribute) = split else {
                continue;
            };
            if joins.0.contains_key(&attribute) {
                continue;
            }
            let declared = people::attributes(conn, scope, attribute.holder).await?;
            let fits = declared.iter().any(|one| {
                one.key == attribute.key
                    && !one.personal
                    && matches!(one.kind, AttributeKind::Code | AttributeKind::Boolean)
            });
            if !fits {
                return Err(Problem::invalid(
                    field,
                    format!(
                        "there is no attribute {} that is a code or true or false and not personal",
                        attribute.key
                    ),
                ));
            }
            let known =
                people::attribute_values(conn, scope, attribute.holder, &attribute.key).await?;
            joins.0.insert(attribute, Lookup::new(known));
        }
        Ok(joins)
    }

    /// The attribute as a dimension.
    pub fn dimension(&self, attribute: &Attribute) -> Dimension {
        Dimension::Lookup {
            column: attribute.column(),
            values: self.0.get(attribute).cloned().unwrap_or_default(),
        }
    }

    /// The conditions that a filter by the attribute means. A record without the
    /// attribute is none of any values.
    pub fn conditions(&self, attribute: &Attribute, filter: &Filter) -> Vec<Condition> {
        let lookup = self.0.get(attribute).cloned().unwrap_or_default();
        let holders = |values: &[String]| -> Vec<Value> {
            lookup.having(values).into_iter().map(Value::Code).collect()
        };
        let column = koe_lake::Column::Common(attribute.column());
        let mut conditions = Vec::new();
        if !filter.any_of.is_empty() {
            conditions.push(Condition {
                column: column.clone(),
                test: Test::AnyOf(holders(&filter.any_of)),
            });
        }
        if !filter.none_of.is_empty() {
            conditions.push(Condition {
                column,
                test: Test::NoneOf(holders(&filter.none_of)),
            });
        }
        conditions
    }
}
