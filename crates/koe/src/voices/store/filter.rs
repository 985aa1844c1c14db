//! Which voices: conditions as SQL, every value bound.

use koe_lake::TimeRange;

use crate::base::db::Engine;
use crate::base::scope::{Scope, Units};
use crate::voices::query::{Dimension, Restriction, TextColumn};

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
}

/// SQL under construction, with the values of its parameters.
#[derive(Clone, Debug)]
pub struct Search {
    /// Statement so far.
    pub sql: String,
    /// `$1`, `$2` …
    pub values: Vec<Value>,
}

/// Confidential voices that may be listed: of a survey, those of these unit
/// paths (an empty path: without a unit).
pub type Confidential = Vec<(String, Vec<String>)>;

/// Which voices.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// Engine that is asked.
    pub engine: Engine,
    /// What the asker may see.
    pub scope: &'a Scope,
    /// Words in search form that must all occur.
    pub words: &'a [String],
    /// When.
    pub time: TimeRange,
    /// Other conditions.
    pub restrictions: Vec<&'a Restriction>,
    /// Only voices of these records.
    pub records: Option<&'a [String]>,
    /// Whether the words are looked for in what is masked, too.
    pub unmasked: bool,
    /// What may be listed of confidential programmes.
    pub confidential: &'a Confidential,
}

impl Search {
    /// Begins with a fixed text.
    pub fn new(sql: &str) -> Self {
        Self {
            sql: sql.to_owned(),
            values: Vec::new(),
        }
    }

    /// Adds a fixed text.
    pub fn add(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a parameter.
    pub fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.sql.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Adds a text as a parameter.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.value(Value::Text(text.to_owned()))
    }

    /// `column IN (…)` for a list of any length, which goes as one parameter.
    fn one_of<'t>(&mut self, engine: Engine, texts: impl Iterator<Item = &'t str>) -> &mut Self {
        let list = serde_json::Value::from(texts.collect::<Vec<_>>()).to_string();
        match engine {
            Engine::Sqlite => self
                .add(" IN (SELECT value FROM json_each(")
                .text(&list)
                .add("))"),
            Engine::Postgres => self
                .add(" IN (SELECT json_array_elements_text(CAST(")
                .text(&list)
                .add(" AS json)))"),
        }
    }

    /// Every word occurs somewhere. `%`, `_` and `\` of a word mean
    /// themselves.
    fn words(&mut self, words: &[String], unmasked: bool) -> &mut Self {
        for word in words {
            let column = if unmasked {
                "COALESCE(search_unmasked, search)"
            } else {
                "search"
            };
            self.add(" AND ")
                .add(column)
                .add(" LIKE ")
                .text(&containing(word))
                .add(" ESCAPE '\\'");
        }
        self
    }

    fn time(&mut self, time: &TimeRange, column: &str) -> &mut Self {
        if let Some(from) = time.from {
            self.add(" AND ")
                .add(column)
                .add(" >= ")
                .value(Value::Integer(from));
        }
        if let Some(to) = time.to {
            self.add(" AND ")
                .add(column)
                .add(" < ")
                .value(Value::Integer(to));
        }
        self
    }

    fn restriction(&mut self, engine: Engine, restriction: &Restriction) -> &mut Self {
        let Restriction {
            any_of, none_of, ..
        } = restriction;
        match &restriction.dimension {
            Dimension::Unit if any_of.iter().all(Option::is_none) => {
                self.add(" AND unit_path IS NULL")
            }
            Dimension::Unit => {
                self.add(" AND (");
                for (n, unit) in any_of.iter().flatten().enumerate() {
                    self.add(if n == 0 { "" } else { " OR " });
                    self.add("unit_path LIKE ")
                        .text(&containing(unit))
                        .add(" ESCAPE '\\'");
                }
                self.add(")")
            }
            // `q3` of any survey, or `<survey>:q3`.
            Dimension::Field => self.question(engine, restriction),
            Dimension::Text(column) => self.listed(engine, column.name(), any_of, none_of),
            Dimension::Version => self.listed(engine, "CAST(version AS TEXT)", any_of, none_of),
            Dimension::Flag(name) => {
                let flag = format!("CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END");
                self.listed(engine, &flag, any_of, none_of)
            }
            Dimension::Topic => self.topics(engine, restriction),
            // Answered by the lake, as a list of records.
            Dimension::Answer { .. } | Dimension::Person(_) => self,
        }
    }

    fn question(&mut self, engine: Engine, restriction: &Restriction) -> &mut Self {
        for (keyword, names) in [
            (" AND (", &restriction.any_of),
            (" AND NOT (", &restriction.none_of),
        ] {
            if names.is_empty() {
                continue;
            }
            let named = || names.iter().flatten().map(String::as_str);
            self.add(keyword).add("field").one_of(engine, named());
            self.add(" OR stream_id || ':' || field");
            self.one_of(engine, named()).add(")");
        }
        self
    }

    /// Voices that speak of one of the topics, or of none at all (null).
    fn topics(&mut self, engine: Engine, restriction: &Restriction) -> &mut Self {
        const SPEAKS: &str = "EXISTS (SELECT 1 FROM voice_topic WHERE voice_id = voice.id";
        for (keyword, names) in [
            (" AND (", &restriction.any_of),
            (" AND NOT (", &restriction.none_of),
        ] {
            if names.is_empty() {
                continue;
            }
            self.add(keyword).add(SPEAKS).add(" AND topic_id");
            self.one_of(engine, names.iter().flatten().map(String::as_str));
            self.add(")");
            if names.contains(&None) {
                self.add(" OR NOT ").add(SPEAKS).add(")");
            }
            self.add(")");
        }
        self
    }

    fn listed(
        &mut self,
        engine: Engine,
        column: &str,
        any_of: &[Option<String>],
        none_of: &[Option<String>],
    ) -> &mut Self {
        let named = |values: &[Option<String>]| -> Vec<String> {
            values.iter().flatten().cloned().collect()
        };
        if !any_of.is_empty() {
            self.add(" AND (").add(column);
            self.one_of(engine, named(any_of).iter().map(String::as_str));
            if any_of.contains(&None) {
                self.add(" OR ").add(column).add(" IS NULL");
            }
            self.add(")");
        }
        if !none_of.is_empty() {
            let null = if none_of.contains(&None) {
                " IS NOT NULL AND NOT ("
            } else {
                " IS NULL OR NOT ("
            };
            self.add(" AND (").add(column).add(null).add(column);
            self.one_of(engine, named(none_of).iter().map(String::as_str))
                .add("))");
        }
        self
    }
}

/// A pattern for texts that contain `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

impl TextColumn {
    fn name(self) -> &'static str {
        match self {
            Self::Touchpoint => "touchpoint_id",
            Self::Channel => "channel",
            Self::Stage => "stage",
            Self::Offering => "offering_id",
            Self::Source => "source",
            Self::Language => "language",
            Self::Survey => "stream_id",
            Self::Customer => "customer_id",
            Self::Sentiment => "sentiment",
        }
    }
}

/// Which way SQLite, which keeps no statistics, is led to the voices
/// (docs/decisions/0014). An expression in the place of a column keeps it
/// from using the column's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Everything that is asked stands in the index of counts.
    Counts,
    /// Along the asker's units.
    Units,
    /// All of the organisation in storage order, or along the time.
    Storage,
}

impl Filter<'_> {
    /// The way to count.
    pub fn way_to_count(&self) -> Way {
        if !self.scope.is_organisation_wide() {
            Way::Units
        } else if self.words.is_empty() && self.restrictions.is_empty() && self.records.is_none() {
            Way::Counts
        } else {
            Way::Storage
        }
    }

    /// The way to a page.
    pub fn way_to_page(&self) -> Way {
        if self.scope.is_organisation_wide() {
            Way::Storage
        } else {
            Way::Units
        }
    }

    /// Adds the conditions that a listed voice satisfies.
    pub fn add_to(&self, search: &mut Search, way: Way) {
        search
            .add("organisation_id = ")
            .text(self.scope.organisation().as_str())
            .add(" AND length <> 0");
        search.time(
            &self.time,
            if way == Way::Counts {
                "occurred_ms + 0"
            } else {
                "occurred_ms"
            },
        );
        for restriction in &self.restrictions {
            search.restriction(self.engine, restriction);
        }
        if let Some(records) = self.records {
            search
                .add(" AND record_id")
                .one_of(self.engine, records.iter().map(String::as_str));
        }
        if self.confidential.is_empty() {
            search.add(" AND ");
            self.identified(search, way);
            return;
        }
        search.add(" AND (");
        self.identified(search, way);
        for (stream, paths) in self.confidential {
            search
                .add(" OR confidential = 1 AND stream_id = ")
                .text(stream);
            search.add(" AND COALESCE(unit_path, '')");
            search.one_of(self.engine, paths.iter().map(String::as_str));
            search.words(self.words, false);
        }
        search.add(")");
    }

    fn identified(&self, search: &mut Search, way: Way) {
        search.add(if way == Way::Storage {
            "confidential = 0"
        } else {
            "confidential + 0 = 0"
        });
        if let Units::Only(units) = self.scope.units() {
            search
                .add(" AND unit_id")
                .one_of(self.engine, units.iter().map(|unit| unit.as_str()));
        }
        search.words(self.words, self.unmasked);
    }

    /// Adds the conditions of confidential voices before it is known which
    /// may be listed: of the whole organisation, whoever asks.
    pub fn add_confidential_to(&self, search: &mut Search) {
        search
            .add("organisation_id = ")
            .text(self.scope.organisation().as_str());
        search.add(" AND confidential = 1 AND length <> 0");
        search.time(&self.time, "occurred_ms + 0");
        for restriction in &self.restrictions {
            search.restriction(self.engine, restriction);
        }
        search.words(self.words, false);
    }
}
