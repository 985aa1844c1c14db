//! Making an analysis: one pass over the records, the model, and what may be
//! shown of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::{Thresholds, show_line};
use koe_analysis::drivers::{
    Contrast, CrossProducts, DriverError, Missing, Options, PairProducts, ROWS_PER_DRIVER,
    Segments, analyse_pairs, analyse_parts, asymmetry_of_sums, by_segment,
};
use koe_lake::{CrossAnswer, CrossQuestion, Number};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::model::{DriverAnalysis, METHOD_VERSION};
use super::plan::{Asked, Plan, plan};
use super::store;
use super::view::{self, DriverGroup, DriverNote, DriverResults, DriverView, FindingView, Remark};
use crate::base::app::App;
use crate::base::experience::Moment;
use crate::base::hexadecimal::hexadecimal;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::{metrics, org};

/// One model is fitted at a time: its resamples take every core for seconds.
struct Turn(Semaphore);

/// What of `results` stands for the outcome where drivers are named.
const OUTCOME: &str = "outcome";

/// Answers an analysis, from what is kept if everything it rests on is the
/// same.
///
/// # Errors
/// 422 naming what of the definition or the question cannot be asked.
pub async fn results(
    app: &App,
    scope: &Scope,
    analysis: &DriverAnalysis,
    asked: Asked<'_>,
    confidence: Confidence,
) -> Outcome<DriverResults> {
    let mut tx = app.db.read().await?;
    let definition = asked.of(&analysis.definition);
    let mut plan = plan(app, &mut tx, scope, &definition).await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    drop(tx);
    let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
    plan.question.selection.time = definition.period.range(&zone)?;
    let options = Options {
        method: definition.method.into(),
        missing: definition.missing.into(),
        bootstrap: app.config.limits.driver_resamples,
        confidence,
        ..Options::default()
    };
    let streams = plan.streams.iter().map(String::as_str);
    let own = std::iter::once(&*plan.question.stream.id);
    let moment = Moment::of(app, scope, own.chain(streams)).await?;
    let known_by = hexadecimal(Sha256::digest(serde_json::to_vec(&(
        (METHOD_VERSION, plan.confidential),
        &plan.question,
        &plan.outcome,
        &plan.drivers,
        &options,
        moment.known_by()?,
        (analysis, &definition),
    ))?));
    let mut tx = app.db.read().await?;
    let kept = store::result(&mut tx, scope, &analysis.id, &known_by).await?;
    drop(tx);
    if let Some(kept) = kept {
        return labelled(app, scope, serde_json::from_str(&kept)?).await;
    }

    let turns = app.slots.get_or_make(|| Turn(Semaphore::new(1)));
    let turn = turns.0.acquire().await;
    let sums = moment.cross_products(app, plan.question.clone()).await?;
    let mut made = DriverResults {
        analysis: analysis.clone(),
        outcome: plan.outcome.clone(),
        suppressed: false,
        refused: None,
        finding: None,
        labels: BTreeMap::new(),
        note: DriverNote {
            method_version: METHOD_VERSION,
            source: options.method.source().to_owned(),
            confidence: confidence.share(),
            parts: sums.parts.iter().filter(|part| part.n > 0).count(),
            asked: definition,
            computed_at: app.clock.now().to_string(),
            confidential: plan.confidential,
        },
    };
    let most = app.config.limits.driver_groups;
    if sums.groups.len() > most {
        return Err(Problem::invalid(
            "definition.split",
            format!(
                "divides the records into {} groups, and at most {most} can be compared \
                 (limits.driver_groups); choose a higher level",
                sums.groups.len()
            ),
        ));
    }
    let groups: Vec<u64> = sums.groups.iter().map(|group| group.products.n).collect();
    let n = sums.parts.iter().map(|part| part.n).sum();
    let shown = plan
        .confidential
        .then(|| Shown::of(n, &groups, Thresholds::default()));
    if shown.as_ref().is_some_and(|shown| !shown.whole) {
        made.suppressed = true;
    } else {
        let work = Work {
            names: names(&plan),
            drivers: plan.drivers.clone(),
            options,
            shown,
            sums,
        };
        // The model takes seconds of a core: not on the threads that answer requests.
        let done = tokio::task::spawn_blocking(move || {
            let fitted = work.fit();
            (work, fitted)
        });
        let (work, fitted) = done.await.map_err(anyhow::Error::from)?;
        match fitted {
            Err(error) => match Remark::of_error(&error) {
                Some(remark) => made.refused = Some(remark),
                None => return Err(Problem::invalid("definition", error.to_string())),
            },
            Ok((finding, refused)) => {
                made.finding = Some(finding);
                made.refused = refused;
            }
        }
        if let Some(finding) = made.finding.as_mut().filter(|_| made.refused.is_none()) {
            asymmetries(app, &moment, &plan.question, &work, finding).await?;
        }
    }
    drop(turn);
    let text = serde_json::to_string(&made)?;
    let mut tx = app.db.write().await?;
    let (now_ms, most) = (app.clock.now_ms(), app.config.limits.driver_results);
    store::keep_result(
        &mut tx,
        scope,
        &analysis.id,
        (&known_by, &text),
        now_ms,
        most,
    )
    .await?;
    tx.commit().await?;
    labelled(app, scope, made).await
}

/// With the names that its groups have today.
async fn labelled(app: &App, scope: &Scope, mut made: DriverResults) -> Outcome<DriverResults> {
    if let Some(split) = &made.note.asked.split {
        let labels = metrics::labels(app, scope, std::slice::from_ref(split)).await?;
        let groups = made
            .finding
            .iter()
            .filter_map(|found| found.groups.as_ref());
        let keys: BTreeSet<&str> = groups.flatten().filter_map(|g| g.key.as_deref()).collect();
        let mut labels = labels.into_values().next().unwrap_or_default();
        labels.retain(|id, _| keys.contains(id.as_str()));
        made.labels = labels;
    }
    Ok(made)
}

/// Names of the columns in messages and findings.
fn names(plan: &Plan) -> Vec<String> {
    let drivers = plan.drivers.iter().map(|driver| driver.dimension.clone());
    std::iter::once(OUTCOME.to_owned()).chain(drivers).collect()
}

/// What may be shown of a confidential programme.
struct Shown {
    whole: bool,
    groups: Vec<bool>,
    /// Below this, a difference between two sets of people tells of single ones.
    least: u64,
}

impl Shown {
    fn of(n: u64, groups: &[u64], limits: Thresholds) -> Self {
        let line = show_line(groups, limits.figures);
        Self {
            whole: limits.shows_figure(n),
            groups: line.cells,
            least: limits.figures,
        }
    }
}

/// What is fitted, away from the threads that answer requests.
struct Work {
    names: Vec<String>,
    drivers: Vec<super::plan::Planned>,
    options: Options,
    shown: Option<Shown>,
    sums: CrossAnswer,
}

/// The lake's sums as the analysis takes them.
fn of_sums(names: &[String], sums: &koe_lake::CrossProducts) -> CrossProducts {
    CrossProducts::from_sums(
        names.to_vec(),
        sums.n,
        sums.n_incomplete,
        (sums.weight, sums.weight_squared),
        &sums.sums,
        &sums.products,
    )
}

impl Work {
    fn fit(&self) -> Result<(FindingView, Option<Remark>), DriverError> {
        let parts: Vec<CrossProducts> = (self.sums.parts.iter())
            .map(|part| of_sums(&self.names, part))
            .collect();
        let mut whole = CrossProducts::new(self.names.clone());
        for part in &parts {
            whole.merge(part)?;
        }
        let (found, alone) = match self.options.missing {
            Missing::Listwise => {
                let found = analyse_parts(&parts, &self.options)?;
                let alone = (0..self.names.len()).map(|place| column(&whole, place));
                (found, alone.collect::<Vec<_>>())
            }
            Missing::Pairwise => {
                let mut all = PairProducts::new(self.names.clone());
                let mut pairs = self.sums.pairs.clone();
                for part in &mut pairs {
                    part.columns.clone_from(&self.names);
                    all.merge(part)?;
                }
                (analyse_pairs(&pairs, &self.options)?, all.alone())
            }
        };
        let mut finding = FindingView {
            n: found.n,
            n_dropped: found.n_dropped,
            n_effective: found.n_effective,
            r2: found.r2,
            r2_interval: found.r2_interval,
            r2_adjusted: found.r2_adjusted,
            p: found.test.map(|test| test.p),
            first_component: found.first_component,
            resamples: found.resamples,
            drivers: Vec::with_capacity(self.drivers.len()),
            warnings: (found.warnings.iter())
                .map(|note| Remark::of(note, self.drivers.len()))
                .collect(),
            groups: None,
        };
        for driver in &found.drivers {
            let place = self.names.iter().position(|name| *name == driver.name);
            let Some(place) = place.filter(|place| *place > 0) else {
                continue;
            };
            let (spread, interval) = spread_of(&alone[place], self.options.confidence);
            let planned = &self.drivers[place - 1];
            let missing = self.sums.missing[place];
            let mut view = view::driver(driver, planned, spread, interval, missing);
            self.hide_means(found.n_dropped, missing, &mut view);
            finding.drivers.push(view);
        }
        if !self.sums.groups.is_empty() {
            finding.groups = Some(self.groups(&finding)?);
        }
        let refused = found.refused.as_ref();
        let refused = refused.map(|note| Remark::of(note, self.drivers.len()));
        Ok((finding, refused))
    }

    /// The mean of all who answered one question is shown elsewhere; beside it,
    /// the mean of all but a few of them would tell what those few said.
    fn hide_means(&self, n_dropped: u64, n_missing: u64, view: &mut DriverView) {
        let few = |n: u64, least: u64| n > 0 && n < least;
        if let Some(shown) = &self.shown
            && (few(n_dropped, shown.least) || few(n_missing, shown.least))
        {
            view.performance = None;
            view.performance_interval = None;
        }
    }

    /// Each group against all others, over complete rows.
    fn groups(&self, finding: &FindingView) -> Result<Vec<DriverGroup>, DriverError> {
        let groups = &self.sums.groups;
        // Keys may be absent, and names must differ: groups go by their places.
        let products: Vec<(String, CrossProducts)> = (groups.iter().enumerate())
            .map(|(place, group)| (place.to_string(), of_sums(&self.names, &group.products)))
            .collect();
        let found: Segments = by_segment(&products, &self.options)?;
        let by_place: HashMap<&str, _> = (found.segments.iter())
            .map(|segment| (segment.name.as_str(), segment))
            .collect();
        let steps: HashMap<&str, f64> = (finding.drivers.iter())
            .map(|driver| (driver.driver.as_str(), driver.step))
            .collect();
        let wanted = ROWS_PER_DRIVER * self.drivers.len() as u64;
        Ok((groups.iter().enumerate())
            .map(|(place, group)| {
                let shown = self.shown.as_ref().is_none_or(|shown| shown.groups[place]);
                let segment = by_place.get(&*place.to_string()).filter(|_| shown);
                let drivers = segment.map(|segment| &segment.drivers);
                DriverGroup {
                    key: group.key.clone(),
                    n: shown.then_some(group.products.n),
                    r2: segment.map(|segment| segment.r2),
                    suppressed: !shown,
                    few: shown && group.products.n < wanted,
                    drivers: (drivers.into_iter().flatten())
                        .map(|one| {
                            let step = steps.get(&*one.name).copied().unwrap_or(1.0);
                            view::in_group(one, step)
                        })
                        .collect(),
                }
            })
            .collect())
    }
}

/// One column of sums by itself.
fn column(whole: &CrossProducts, place: usize) -> CrossProducts {
    CrossProducts {
        columns: vec![whole.columns[place].clone()],
        means: vec![whole.means[place]],
        centred: vec![whole.centred[place * whole.columns.len() + place]],
        ..whole.clone()
    }
}

/// The spread of a column and the interval of its mean, by Student's t.
fn spread_of(alone: &CrossProducts, confidence: Confidence) -> (f64, Option<(f64, f64)>) {
    let (n, mean) = (alone.n as f64, alone.means[0]);
    let variance = alone.centred[0].max(0.0) / (n - 1.0);
    let half = confidence.t((n - 1.0).max(1.0)) * (variance / n).sqrt();
    let interval = (n > 1.0).then_some((mean - half, mean + half));
    (variance.sqrt(), interval)
}

/// Adds penalty and reward to the drivers whose values are few enough to be
/// told apart: a second pass, over low and high values.
async fn asymmetries(
    app: &App,
    moment: &Moment,
    question: &CrossQuestion,
    work: &Work,
    finding: &mut FindingView,
) -> Outcome<()> {
    let mut columns = vec![question.columns[0].clone()];
    let mut contrasts = Vec::new();
    for (place, name) in work.names.iter().enumerate().skip(1) {
        let Some(Some(values)) = work.sums.values.get(place) else {
            continue;
        };
        // All rows on one side: nothing to compare.
        let Ok(contrast) = Contrast::of(name, values, None) else {
            continue;
        };
        let number = || Box::new(question.columns[place].clone());
        if contrast.has_low() {
            columns.push(Number::AtMost(number(), contrast.low_to));
        }
        if contrast.has_high() {
            columns.push(Number::AtLeast(number(), contrast.high_from));
        }
        contrasts.push(contrast);
    }
    if contrasts.is_empty() {
        return Ok(());
    }
    let sums = moment.cross_products(
        app,
        CrossQuestion {
            columns: columns.clone(),
            split: None,
            parts: 1,
            pairs: false,
            ..question.clone()
        },
    );
    let sums = sums.await?;
    let names: Vec<String> = (0..columns.len()).map(|place| place.to_string()).collect();
    let products = of_sums(&names, &sums.parts[0]);
    // Indicators of one driver can be each other's; then nothing is said of any.
    let Ok(found) = asymmetry_of_sums(&products, &contrasts, work.options.confidence) else {
        return Ok(());
    };
    for one in &found.drivers {
        if let Some(driver) = finding.drivers.iter_mut().find(|d| d.driver == one.name) {
            driver.asymmetry = Some(view::asymmetry(one));
        }
    }
    Ok(())
}
