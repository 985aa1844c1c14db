//! One question about voices, answered within the rights of who asks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;
use koe_lake::TimeRange;
use serde::Serialize;
use utoipa::ToSchema;

use super::confidential::open_paths;
use super::facets::{self, VoiceFacet};
use super::query::{
    Dimension, Restriction, TextColumn, VoiceOrder, VoiceQuestion, restrictions, words,
};
use super::store::{self, Confidential, Filter, Found, Group, Page, StoredTopic};
use super::topics::{self, TopicFigure};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::http::{Listing, PageQuery};
use crate::base::id::{CustomerId, Id, SurveyId, VoiceId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{self, Actor, Permission};
use crate::people::{self, Knowledge, PersonDimension, StreamKind};
use crate::surveys;
use crate::touchpoints::{self, Touchpoint};

/// Most records that a filter on other answers may find.
const MOST_RECORDS: usize = 200_000;

/// Why voices of a confidential programme are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Fewer than 8 people are behind what was asked for, or behind what
    /// would be left beside it.
    Few,
    /// It is asked for by more than one unit, survey, question and language,
    /// and by whole months.
    Filter,
}

/// A confidential programme whose voices are not listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithheldVoices {
    /// The programme.
    pub survey_id: String,
    /// Why.
    pub reason: Withheld,
}

/// What was found.
pub struct Answer {
    /// One page.
    pub page: Listing<Found>,
    /// Voices that satisfy the question.
    pub total: i64,
    /// Only with the first page.
    pub facets: Vec<VoiceFacet>,
    /// Only with the first page.
    pub topics: Vec<TopicFigure>,
    /// What the voices of the page speak of, by voice.
    pub spoken: HashMap<String, Vec<StoredTopic>>,
    /// Only with the first page.
    pub withheld: Vec<WithheldVoices>,
    /// Words in search form.
    pub words: Vec<String>,
    /// Time zone of the organisation.
    pub zone: TimeZone,
}

/// Where a page begins: place in the order, voice, and the total, so that it
/// is counted once.
struct Cursor {
    key: i64,
    id: String,
    total: i64,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('|');
        let cursor = Self {
            key: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
            total: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(cursor)
    }
}

/// Answers a question.
///
/// # Errors
/// 403 when people are asked for without the right to; 422 naming what cannot
/// be asked.
pub async fn search(app: &App, actor: &Actor, question: &VoiceQuestion) -> Outcome<Answer> {
    let scope = actor.require(Permission::ReadResults)?;
    let unmasked = question.masked == Some(false);
    if unmasked {
        actor.require(Permission::ReadPeople)?;
    }
    let words = words(question.q.as_deref().unwrap_or_default())?;
    let mut restrictions = restrictions(&question.filters)?;
    let paging = PageQuery {
        limit: question.limit,
        cursor: question.cursor.clone(),
    };
    let limit = paging.limit(app.config.limits.page_rows)?;
    let cursor =
        match paging.after()? {
            None => None,
            Some(text) => Some(Cursor::read(&text).ok_or_else(|| {
                Problem::invalid("cursor", "use the next_cursor of the page before")
            })?),
        };

    let mut tx = app.db.read().await?;
    let zone = org::organisation(&mut tx, scope.organisation())
        .await?
        .time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let time = question.period.range(&zone)?;
    for restriction in &mut restrictions {
        if restriction.dimension == Dimension::Text(TextColumn::Customer) {
            actor.require(Permission::ReadPeople)?;
            all_pseudonyms(&mut tx, scope, restriction).await?;
        }
    }
    let restrictions: Vec<&Restriction> = restrictions.iter().collect();
    let records = answered(app, &mut tx, scope, &restrictions, time).await?;
    let mut filter = Filter {
        engine: app.db.engine(),
        scope,
        words: &words,
        time,
        restrictions: Vec::new(),
        records: records.as_deref(),
        unmasked,
        confidential: &Vec::new(),
    };
    let told = restrictions.iter().all(|r| r.dimension.is_declared())
        && question.period.is_whole_months()
        && records.is_none();
    let (open, withheld) = confidential(&mut tx, &filter, &restrictions, told).await?;
    filter.confidential = &open;

    let (total, facets, topics) = match &cursor {
        Some(cursor) => (cursor.total, Vec::new(), Vec::new()),
        None => {
            let of_facets: Vec<&Restriction> = restrictions
                .iter()
                .filter(|r| r.dimension.is_facet())
                .copied()
                .collect();
            filter.restrictions = restrictions
                .iter()
                .filter(|r| !r.dimension.is_facet())
                .copied()
                .collect();
            let groups = store::groups(&mut tx, &filter).await?;
            let (total, mut facets) = facets::count(&groups, &of_facets);
            name(app, &mut tx, scope, &mut facets).await?;
            let topics = match question.topics {
                Some(false) => Vec::new(),
                _ => of_topics(&mut tx, &filter, &groups, &restrictions).await?,
            };
            (total, facets, topics)
        }
    };
    filter.restrictions = restrictions;
    let order = question.sort;
    let first = cursor.is_none();
    let page = Page {
        order,
        after: cursor.map(|cursor| (cursor.key, cursor.id)),
        limit,
        total,
    };
    let found = match total {
        0 => Vec::new(),
        _ => store::page(&mut tx, &filter, &page).await?,
    };
    let key = |found: &Found| match order {
        VoiceOrder::Newest | VoiceOrder::Oldest => found.occurred_ms,
        VoiceOrder::Longest => found.length,
    };
    let page = Listing::cut(found, limit, |found| {
        format!("{}|{}|{total}", key(found), found.id)
    });
    let ids: Vec<VoiceId> = page.items.iter().map(|found| found.id.clone()).collect();
    let spoken = store::topics_of(&mut tx, scope, &ids).await?;
    Ok(Answer {
        page,
        total,
        facets,
        topics,
        spoken,
        withheld: if first { withheld } else { Vec::new() },
        words,
        zone,
    })
}

/// What the voices speak of, as if no topic were asked for. `groups` satisfy
/// everything but the restrictions on facets.
async fn of_topics(
    conn: &mut Conn,
    filter: &Filter<'_>,
    groups: &[Group],
    restrictions: &[&Restriction],
) -> Outcome<Vec<TopicFigure>> {
    let Some(tree) = store::tree(conn, filter.scope).await? else {
        return Ok(Vec::new());
    };
    let others: Vec<&Restriction> = restrictions
        .iter()
        .filter(|r| r.dimension != Dimension::Topic)
        .copied()
        .collect();
    let (facets, rest): (Vec<&Restriction>, Vec<&Restriction>) =
        others.iter().partition(|r| r.dimension.is_facet());
    let all = if others.len() == restrictions.len() {
        facets::count_open(groups, &facets)
    } else {
        let without = Filter {
            restrictions: rest,
            ..filter.clone()
        };
        facets::count_open(&store::groups(conn, &without).await?, &facets)
    };
    let asked = Filter {
        restrictions: others,
        ..filter.clone()
    };
    let counts = store::topic_counts(conn, &asked).await?;
    Ok(topics::figures(&tree, &counts, all))
}

/// A customer who was merged is meant by every pseudonym there was.
async fn all_pseudonyms(
    conn: &mut Conn,
    scope: &Scope,
    restriction: &mut Restriction,
) -> Outcome<()> {
    for names in [&mut restriction.any_of, &mut restriction.none_of] {
        let mut all = BTreeSet::new();
        let nobody = names.contains(&None);
        for name in names.iter().flatten() {
            let id: CustomerId = Id::stored(name.as_str());
            for pseudonym in people::pseudonyms(conn, scope, &id).await? {
                all.insert(pseudonym.as_str().to_owned());
            }
        }
        *names = all.into_iter().map(Some).collect();
        names.extend(nobody.then_some(None));
    }
    Ok(())
}

/// Records whose other answers, and whose people, satisfy the restrictions on
/// them; none when there is no such restriction.
async fn answered(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    restrictions: &[&Restriction],
    time: TimeRange,
) -> Outcome<Option<Vec<String>>> {
    let mut selection = experience::selection(scope);
    selection.time = time;
    let mut streams: BTreeMap<&str, koe_lake::StreamSchema> = BTreeMap::new();
    for (n, restriction) in restrictions.iter().enumerate() {
        let Dimension::Answer { stream, field } = &restriction.dimension else {
            continue;
        };
        let unknown = || {
            Problem::invalid(
                format!("filters[{n}].dimension"),
                "there is no such survey or field",
            )
        };
        if !streams.contains_key(stream.as_str()) {
            let known = experience::stream(conn, scope, stream)
                .await
                .map_err(|_| unknown())?;
            streams.insert(stream, known.schema);
        }
        if streams
            .get(stream.as_str())
            .is_none_or(|known| known.field(field).is_none())
        {
            return Err(unknown());
        }
        selection.conditions.extend(restriction.conditions());
    }
    let mut known: Vec<(usize, &Restriction, &PersonDimension)> = Vec::new();
    let mut asked = Vec::new();
    for (n, restriction) in restrictions.iter().enumerate() {
        if let Dimension::Person(one) = &restriction.dimension {
            asked.push((format!("filters[{n}].dimension"), one.what.clone()));
            known.push((n, restriction, one));
        }
    }
    let knowledge = Knowledge::read(conn, scope, asked).await?;
    for (n, one, known) in &known {
        let at = format!("filters[{n}]");
        let conditions = knowledge.conditions(known, &one.any_of, &one.none_of, &at)?;
        selection.conditions.extend(conditions);
    }
    let streams: Vec<koe_lake::StreamSchema> = match (streams.is_empty(), known.is_empty()) {
        (true, true) => return Ok(None),
        (false, _) => streams.into_values().collect(),
        (true, false) => {
            let all = experience::streams(conn, scope).await?;
            that_are_meant(all, restrictions)
        }
    };
    experience::record_ids(app, scope, streams, selection, MOST_RECORDS)
        .await
        .map(Some)
}

/// Streams that say something, operational rows do not, of the surveys that are meant.
fn that_are_meant(
    all: Vec<experience::StreamInfo>,
    restrictions: &[&Restriction],
) -> Vec<koe_lake::StreamSchema> {
    let mut meant = Vec::new();
    for stream in all {
        let says_something =
            stream.kind != "operational" && StreamKind::from_word(&stream.kind).is_none();
        let mut surveys = restrictions
            .iter()
            .filter(|one| one.dimension == Dimension::Text(TextColumn::Survey));
        if says_something && surveys.all(|one| one.means(Some(&stream.schema.id))) {
            meant.push(stream.schema);
        }
    }
    meant
}

/// What may be listed of confidential programmes, and which are withheld.
/// `told`: nothing else is asked by than such a programme may be asked by.
async fn confidential(
    conn: &mut Conn,
    filter: &Filter<'_>,
    restrictions: &[&Restriction],
    told: bool,
) -> Outcome<(Confidential, Vec<WithheldVoices>)> {
    let is = |dimension: Dimension| move |r: &&&Restriction| r.dimension == dimension;
    let units: Vec<&str> = restrictions
        .iter()
        .filter(is(Dimension::Unit))
        .flat_map(|r| r.any_of.iter().flatten())
        .map(String::as_str)
        .collect();
    let meant = |stream: &String| {
        restrictions
            .iter()
            .filter(is(Dimension::Text(TextColumn::Survey)))
            .all(|r| r.means(Some(stream)))
    };
    let all = store::confidential_counts(
        conn,
        &Filter {
            words: &[],
            time: TimeRange::default(),
            restrictions: Vec::new(),
            ..filter.clone()
        },
    )
    .await?;
    if all.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let told = told && units.len() <= 1;
    let counts = match told {
        false => BTreeMap::new(),
        true => {
            let within = restrictions
                .iter()
                .filter(|r| {
                    !matches!(
                        r.dimension,
                        Dimension::Unit | Dimension::Text(TextColumn::Survey)
                    )
                })
                .copied()
                .collect();
            store::confidential_counts(
                conn,
                &Filter {
                    restrictions: within,
                    ..filter.clone()
                },
            )
            .await?
        }
    };
    let mut open = Vec::new();
    let mut withheld = Vec::new();
    for stream in all.into_keys() {
        let paths = counts
            .get(&stream)
            .map(|counts| open_paths(counts, filter.scope, units.first().copied()))
            .unwrap_or_default();
        if !paths.is_empty() {
            open.push((stream, paths));
        } else if meant(&stream) {
            let reason = if told {
                Withheld::Few
            } else {
                Withheld::Filter
            };
            withheld.push(WithheldVoices {
                survey_id: stream,
                reason,
            });
        }
    }
    Ok((open, withheld))
}

/// Gives the values of facets their names.
async fn name(app: &App, conn: &mut Conn, scope: &Scope, facets: &mut [VoiceFacet]) -> Outcome<()> {
    for facet in facets.iter_mut().filter(|facet| !facet.values.is_empty()) {
        let names: BTreeMap<String, BTreeMap<String, String>> = match facet.dimension {
            "touchpoint" => touchpoints::list::<Touchpoint>(conn, scope)
                .await?
                .into_iter()
                .map(|touchpoint| (touchpoint.id.as_str().to_owned(), touchpoint.name))
                .collect(),
            "unit" => org::unit_history(conn, app, scope.organisation())
                .await?
                .units()
                .map(|unit| (unit.id.as_str().to_owned(), unit.name.clone()))
                .collect(),
            "survey" => surveys::titles(conn, scope).await?,
            "field" => questions(app, conn, scope, &facet.values).await?,
            _ => continue,
        };
        for value in &mut facet.values {
            value.label = names.get(&value.value).cloned().unwrap_or_default();
        }
    }
    Ok(())
}

/// Questions by `<survey>:<question>`, as the version in force asks them.
async fn questions(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    values: &[facets::VoiceFacetValue],
) -> Outcome<BTreeMap<String, BTreeMap<String, String>>> {
    let mut names = BTreeMap::new();
    let of_surveys: BTreeSet<&str> = values
        .iter()
        .filter_map(|v| v.value.split(':').next())
        .collect();
    for survey in of_surveys {
        let Ok(id) = survey.parse::<SurveyId>() else {
            continue;
        };
        let Ok(version) = surveys::current(app, conn, scope, &id).await else {
            continue;
        };
        for value in values {
            // Words written in beside a choice (`q3.other.z`) belong to `q3`.
            let question = value
                .value
                .strip_prefix(survey)
                .and_then(|rest| rest.strip_prefix(':'))
                .and_then(|field| field.split('.').next());
            let text = question
                .and_then(|id| version.document.questions().find(|q| q.id == id))
                .map(|question| &question.text);
            if let Some(text) = text {
                let name = surveys::piping::as_name(text).by_tag();
                names.insert(value.value.clone(), name);
            }
        }
    }
    Ok(names)
}
