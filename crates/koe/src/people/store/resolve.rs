//! Finding or making the customers of many rows with few statements.

use std::collections::{BTreeSet, HashMap};

use super::{customers, identifiers};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::{Conn, among, array};
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::{Attributes, Customer, Identifier};

/// What a row says of the person it is about.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// What identifies the person; the first that is known decides.
    pub identifiers: Vec<Identifier>,
    /// Taken when no name is known yet.
    pub name: Option<String>,
    /// Replace what is known under the same keys; checked by the caller.
    pub attributes: Attributes,
}

/// The customer of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The customer.
    pub customer: id::CustomerId,
    /// Whether the customer was not known before.
    pub created: bool,
    /// Whether the row's identifiers belong to different customers, whom
    /// somebody may want to merge.
    pub ambiguous: bool,
}

/// What is new about a customer.
#[derive(Default)]
struct News {
    created: bool,
    name: Option<String>,
    attributes: Attributes,
    identified: bool,
}

/// Finds or makes the customers of rows, in their order.
///
/// # Errors
/// 422 when a row has no identifier.
pub async fn resolve_many(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    people: &[Person],
) -> Outcome<Vec<Resolved>> {
    let wanted: BTreeSet<&str> = people
        .iter()
        .flat_map(|person| &person.identifiers)
        .map(Identifier::value)
        .collect();
    let mut owners = identifiers::owners(conn, scope, &wanted).await?;
    let now_ms = app.clock.now_ms();
    let mut news: HashMap<id::CustomerId, News> = HashMap::new();
    let mut given: Vec<(Identifier, id::CustomerId)> = Vec::new();
    let mut resolved = Vec::with_capacity(people.len());
    for person in people {
        if person.identifiers.is_empty() {
            return Err(Problem::invalid("identifiers", "must name at least one"));
        }
        let known: Vec<&id::CustomerId> = person
            .identifiers
            .iter()
            .filter_map(|one| owners.get(one))
            .collect();
        let ambiguous = known.iter().any(|one| *one != known[0]);
        let found = known.first().map(|one| (*one).clone());
        let created = found.is_none();
        let customer = found.unwrap_or_else(|| app.chance.id(now_ms));
        let unsaid = person.name.is_none() && person.attributes.is_empty();
        let identified: Vec<&Identifier> = person
            .identifiers
            .iter()
            .filter(|one| !owners.contains_key(*one))
            .collect();
        if created || !unsaid || !identified.is_empty() {
            let about = news.entry(customer.clone()).or_default();
            about.created |= created;
            about.identified |= !identified.is_empty();
            about.name = about.name.take().or_else(|| person.name.clone());
            about.attributes.extend(person.attributes.clone());
        }
        for identifier in identified {
            if owners
                .insert(identifier.clone(), customer.clone())
                .is_none()
            {
                given.push((identifier.clone(), customer.clone()));
            }
        }
        resolved.push(Resolved {
            customer,
            created,
            ambiguous,
        });
    }
    write(conn, scope, &news, &mut given, now_ms).await?;
    let missed = identifiers::insert(conn, scope, &mut given).await? < given.len() as u64;
    if missed {
        yield_to_others(conn, scope, &news, &given, &mut resolved).await?;
    }
    Ok(resolved)
}

/// Writes new customers, and what changed of known ones.
async fn write(
    conn: &mut Conn,
    scope: &Scope,
    news: &HashMap<id::CustomerId, News>,
    given: &mut [(Identifier, id::CustomerId)],
    now_ms: i64,
) -> Outcome<()> {
    let mut identified: HashMap<&id::CustomerId, Vec<Identifier>> = HashMap::new();
    for (identifier, customer) in given.iter() {
        identified
            .entry(customer)
            .or_default()
            .push(identifier.clone());
    }
    let without_nulls = |attributes: &Attributes| -> Attributes {
        let said = attributes.iter().filter(|(_, value)| !value.is_null());
        said.map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    let mut added: Vec<Customer> = Vec::new();
    for (id, about) in news.iter().filter(|(_, about)| about.created) {
        added.push(Customer {
            id: id.clone(),
            name: about.name.clone(),
            identifiers: identified.get(id).cloned().unwrap_or_default(),
            attributes: without_nulls(&about.attributes),
            created_at: from_ms(now_ms),
            last_contact_at: None,
        });
    }
    added.sort_by(|a, b| a.id.cmp(&b.id));
    customers::insert(conn, scope, &added).await?;
    let mut known: Vec<id::CustomerId> = news
        .iter()
        .filter(|(_, about)| !about.created)
        .map(|(id, _)| id.clone())
        .collect();
    known.sort();
    let mut changed = Vec::new();
    for mut customer in customers::by_ids(conn, scope, &known).await? {
        let Some(about) = news.get(&customer.id) else {
            continue;
        };
        let before = customer.clone();
        customer.name = customer.name.or_else(|| about.name.clone());
        customer.attributes.extend(about.attributes.clone());
        customer.attributes.retain(|_, value| !value.is_null());
        customer
            .identifiers
            .extend(identified.remove(&customer.id).unwrap_or_default());
        if about.identified || customer != before {
            changed.push(customer);
        }
    }
    changed.sort_by(|a, b| a.id.cmp(&b.id));
    customers::update(conn, scope, &changed).await
}

/// Somebody else made a customer of the same identifier at the same moment:
/// theirs stays, and ours goes.
async fn yield_to_others(
    conn: &mut Conn,
    scope: &Scope,
    news: &HashMap<id::CustomerId, News>,
    given: &[(Identifier, id::CustomerId)],
    resolved: &mut [Resolved],
) -> Outcome<()> {
    let wanted: BTreeSet<&str> = given
        .iter()
        .map(|(identifier, _)| identifier.value())
        .collect();
    let owners = identifiers::owners(conn, scope, &wanted).await?;
    let mut theirs: HashMap<&id::CustomerId, id::CustomerId> = HashMap::new();
    for (identifier, ours) in given {
        let created = news.get(ours).is_some_and(|about| about.created);
        match owners.get(identifier) {
            Some(owner) if created && owner != ours => {
                theirs.entry(ours).or_insert_with(|| owner.clone());
            }
            _ => {}
        }
    }
    for (ours, owner) in &theirs {
        identifiers::hand_over(conn, scope, ours, owner).await?;
    }
    let sql = format!(
        "DELETE FROM customer WHERE organisation_id = $1 AND id IN {}",
        among(conn, 2)
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(theirs.keys().map(|id| id.as_str())))
        .execute(&mut *conn)
        .await?;
    for row in resolved {
        if let Some(owner) = theirs.get(&row.customer) {
            row.customer = owner.clone();
            row.created = false;
        }
    }
    Ok(())
}
