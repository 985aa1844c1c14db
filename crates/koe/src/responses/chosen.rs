//! Which responses of a survey are looked at: the period and the unit of the results page, the
//! same for its figures, its table and its files.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use koe_lake::{Column, CommonColumn, Condition, Selection, StreamSchema, Test, TimeRange};
use serde::Deserialize;
use utoipa::IntoParams;

use super::pages::Within;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{SurveyId, UnitId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::surveys::document::{Document, Identity};
use crate::surveys::{self, Version};

/// Which responses.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Chosen {
    /// First day, in the organisation's time zone; absent: from the beginning. Whole months only
    /// for confidential programmes.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; absent: until now.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// The unit that served, or any above it, as the tree was then.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
}

/// What was chosen, in moments.
#[derive(Clone, Debug)]
pub struct Choice {
    /// When it occurred.
    pub time: TimeRange,
    /// The organisation's time zone, in which days are cut.
    pub zone: TimeZone,
    unit: Option<UnitId>,
}

impl Chosen {
    /// Reads the choice for a survey.
    ///
    /// # Errors
    /// 422 when the period ends before it begins, or is no whole months of a confidential
    /// programme.
    pub async fn read(
        &self,
        conn: &mut Conn,
        scope: &Scope,
        document: &Document,
    ) -> Outcome<Choice> {
        if document.programme.identity == Identity::Confidential {
            self.check_months()?;
        }
        let zone = org::organisation(conn, scope.organisation())
            .await?
            .time_zone;
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        Ok(Choice {
            time: self.range(&zone)?,
            unit: self.unit.clone(),
            zone,
        })
    }

    /// The version of a survey in force, what the lake has of it, and the choice read for it: what
    /// every look at a survey's responses begins with.
    ///
    /// # Errors
    /// 404 when the survey is absent or was never published; 422 as for [`Chosen::read`].
    pub async fn of_survey(
        &self,
        app: &App,
        conn: &mut Conn,
        scope: &Scope,
        survey: &SurveyId,
    ) -> Outcome<(Arc<Version>, StreamSchema, Choice)> {
        let version = surveys::current(app, conn, scope, survey).await?;
        let choice = self.read(conn, scope, &version.document).await?;
        let stream = experience::stream(conn, scope, survey.as_str()).await?;
        Ok((version, stream.schema, choice))
    }

    fn range(&self, zone: &TimeZone) -> Outcome<TimeRange> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(Problem::invalid("to", "must not lie before from"));
        }
        let start = |day: Date| {
            let zoned = day.to_zoned(zone.clone()).ok()?;
            Some(zoned.timestamp().as_millisecond())
        };
        Ok(TimeRange {
            from: self.from.and_then(start),
            to: self.to.and_then(|day| day.tomorrow().ok()).and_then(start),
        })
    }

    fn check_months(&self) -> Outcome<()> {
        let first_after = self.to.and_then(|day| day.tomorrow().ok());
        for (field, day) in [("from", self.from), ("to", first_after)] {
            if day.is_some_and(|day| day.day() != 1) {
                return Err(Problem::invalid(
                    field,
                    "this programme is confidential; periods are whole months",
                ));
            }
        }
        Ok(())
    }
}

impl Choice {
    /// The choice within the scope, in the lake's words.
    pub fn selection(&self, scope: &Scope) -> Selection {
        let mut selection = experience::selection(scope);
        selection.time = self.time;
        if let Some(unit) = &self.unit {
            selection.conditions.push(Condition {
                column: Column::Common(CommonColumn::UnitPath),
                test: Test::Within(vec![unit.as_str().to_owned()]),
            });
        }
        selection
    }

    /// The choice for sittings, which know their unit but not its path: the units below it today.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sittings(&self, conn: &mut Conn, app: &App, scope: &Scope) -> Outcome<Within> {
        let units = match &self.unit {
            None => None,
            Some(unit) => {
                let today = app.clock.now().to_zoned(self.zone.clone()).date();
                let tree = org::unit_history(conn, app, scope.organisation()).await?;
                Some(tree.expand(std::slice::from_ref(unit), today))
            }
        };
        Ok(Within {
            time: self.time,
            units,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(from: &str, to: &str) -> Chosen {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        Chosen {
            from: day(from),
            to: day(to),
            unit: None,
        }
    }

    #[test]
    fn days_are_cut_where_the_organisation_is() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let range = chosen("2026-04-01", "2026-04-01").range(&zone).unwrap();
        assert_eq!(range.from, Some(1_774_969_200_000), "2026-03-31T15:00:00Z");
        assert_eq!(range.to, Some(1_774_969_200_000 + 86_400_000));
        assert_eq!(chosen("", "").range(&zone).unwrap(), TimeRange::default());
        assert!(chosen("2026-04-02", "2026-04-01").range(&zone).is_err());
    }

    #[test]
    fn confidential_periods_are_whole_months() {
        for (from, to, fits) in [
            ("2026-04-01", "2026-04-30", true),
            ("2026-04-01", "2026-05-31", true),
            ("", "", true),
            ("2026-04-02", "2026-04-30", false),
            ("2026-04-01", "2026-04-29", false),
        ] {
            assert_eq!(chosen(from, to).check_months().is_ok(), fits, "{from} {to}");
        }
    }
}
