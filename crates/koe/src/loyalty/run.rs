//! Making an analysis: one pass over the purchases, the models, and what of
//! them may be shown.

use koe_analysis::bands::NOTHING;
use koe_analysis::confidence::Confidence;
use koe_analysis::lifetime::{DAYS_PER_UNIT, lifetime};
use koe_lake::PurchasesQuestion;
use sha2::{Digest, Sha256};

use super::finding::{AT_RISK, Asking, finding};
use super::making;
use super::model::{Definition, Group, LoyaltyAnalysis, METHOD_VERSION};
use super::plan::{NPS, Plan, plan};
use super::store;
use super::view::{FindingView, LoyaltyNote, LoyaltyRemark, LoyaltyResults, Stage};
use crate::base::app::App;
use crate::base::experience::Moment;
use crate::base::hexadecimal::hexadecimal;
use crate::base::id::CustomerId;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people;

/// Where the methods were published.
const SOURCE: &str = "Fader, Hardie & Lee 2005, Marketing Science 24:275–284 (BG/NBD); Fader & \
                      Hardie 2013, The gamma-gamma model of monetary value";

/// Answers an analysis, from what is kept if everything it rests on is the
/// same; otherwise it is computed beside the request, which says how far it is.
///
/// # Errors
/// 422 naming what of the definition cannot be asked.
pub async fn results(
    app: &App,
    scope: &Scope,
    analysis: &LoyaltyAnalysis,
    confidence: Confidence,
    people_shown: bool,
) -> Outcome<LoyaltyResults> {
    let mut tx = app.db.read().await?;
    let plan = plan(app, &mut tx, scope, &analysis.definition).await?;
    drop(tx);
    let own = std::iter::once(&*plan.question.stream.id);
    let moment = Moment::of(app, scope, own.chain(plan.divided.stream())).await?;
    let mut question = plan.question.clone();
    question.group = plan.divided.column(app, &moment, &question).await?;
    let limits = &app.config.limits;
    let known_by = hexadecimal(Sha256::digest(serde_json::to_vec(&(
        METHOD_VERSION,
        &question,
        (&plan.stream_label, &plan.amount_label, &plan.group),
        (limits.loyalty_customers, limits.loyalty_groups),
        confidence.share(),
        moment.known_by()?,
        analysis,
    ))?));
    if let Some(kept) = kept(app, scope, analysis, &known_by).await? {
        return shown(app, scope, kept, people_shown).await;
    }
    let progress = making::make(app, &known_by, |progress| {
        let work = Work {
            app: app.clone(),
            scope: scope.clone(),
            analysis: analysis.clone(),
            note: note(app, &plan, &analysis.definition, confidence),
            question,
            moment,
            confidence,
            known_by: known_by.clone(),
        };
        async move {
            work.done(&|stage| {
                progress.send_replace(Some(stage));
            })
            .await
        }
    });
    if let Some(stage) = progress.await? {
        return Ok(LoyaltyResults {
            analysis: analysis.clone(),
            progress: Some(stage),
            refused: None,
            finding: None,
            note: None,
        });
    }
    let kept = kept(app, scope, analysis, &known_by).await?;
    // An analysis that was deleted meanwhile keeps nothing.
    shown(
        app,
        scope,
        kept.ok_or_else(Problem::not_found)?,
        people_shown,
    )
    .await
}

async fn kept(
    app: &App,
    scope: &Scope,
    analysis: &LoyaltyAnalysis,
    known_by: &str,
) -> Outcome<Option<LoyaltyResults>> {
    let mut tx = app.db.read().await?;
    let kept = store::result(&mut tx, scope, &analysis.id, known_by).await?;
    Ok(match kept {
        Some(kept) => Some(serde_json::from_str(&kept)?),
        None => None,
    })
}

fn note(app: &App, plan: &Plan, definition: &Definition, confidence: Confidence) -> LoyaltyNote {
    LoyaltyNote {
        method_version: METHOD_VERSION,
        source: SOURCE.to_owned(),
        confidence: confidence.share(),
        stream_label: plan.stream_label.clone(),
        amount_label: plan.amount_label.clone(),
        group_label: plan.group.label.clone(),
        group_values: plan.group.values.clone(),
        at_risk: AT_RISK,
        asked: definition.clone(),
        computed_at: app.clock.now().to_string(),
    }
}

/// Everything a result is computed from, so that no request has to wait for it.
struct Work {
    app: App,
    scope: Scope,
    analysis: LoyaltyAnalysis,
    note: LoyaltyNote,
    question: PurchasesQuestion,
    moment: Moment,
    confidence: Confidence,
    known_by: String,
}

impl Work {
    async fn done(self, tell: &(impl Fn(Stage) + Sync)) -> Outcome<()> {
        tell(Stage::Reading);
        let mut purchases = self.moment.purchases(&self.app, self.question).await?;
        for buyer in &mut purchases.customers {
            buyer.group = buyer.group.take().filter(|group| group != NOTHING);
        }
        tell(Stage::Fitting);
        let limits = &self.app.config.limits;
        let (listed, most) = (limits.loyalty_customers, limits.loyalty_groups);
        let definition = &self.analysis.definition;
        let weeks = f64::from(definition.horizon_days) / DAYS_PER_UNIT;
        let group = definition.group.clone();
        let asking = Asking {
            grouped: group.is_some(),
            confidence: self.confidence,
            listed,
        };
        // The fit takes seconds of a core: not on the threads that answer requests.
        let fitted = tokio::task::spawn_blocking(move || {
            if purchases.customers.is_empty() {
                return Ok(Err(LoyaltyRemark::plain("no_purchases")));
            }
            let rows = purchases.customers.iter().map(|buyer| ((), buyer.summary));
            match lifetime(rows, weeks) {
                Ok(found) => Ok(Ok(finding(&purchases, &found, &asking))),
                Err(error) => match LoyaltyRemark::of_error(&error) {
                    Some(remark) => Ok(Err(remark)),
                    None => Err(Problem::invalid("definition", error.to_string())),
                },
            }
        });
        let mut made = LoyaltyResults {
            analysis: self.analysis.clone(),
            progress: None,
            refused: None,
            finding: None,
            note: Some(self.note),
        };
        match fitted.await.map_err(Problem::internal)?? {
            Err(remark) => made.refused = Some(remark),
            Ok(mut finding) => {
                name_groups(&mut finding, group.as_ref(), most)?;
                made.finding = Some(finding);
            }
        }
        let text = serde_json::to_string(&made)?;
        let mut tx = self.app.db.write().await?;
        let (now_ms, most) = (self.app.clock.now_ms(), limits.loyalty_results);
        let kept = (&*self.known_by, &*text);
        store::keep_result(&mut tx, &self.scope, &self.analysis.id, kept, now_ms, most).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Bands of a recommendation by their names in the trade.
fn name_groups(finding: &mut FindingView, group: Option<&Group>, most: usize) -> Outcome<()> {
    let Some(groups) = &mut finding.groups else {
        return Ok(());
    };
    if groups.len() > most {
        return Err(Problem::invalid(
            "definition.group",
            format!(
                "divides customers into {} groups, and at most {most} can be compared \
                 (limits.loyalty_groups); choose an attribute with fewer values",
                groups.len()
            ),
        ));
    }
    if matches!(group, Some(Group::Nps { .. })) {
        for one in groups.iter_mut() {
            let band = NPS
                .iter()
                .find(|(band, _)| Some(*band) == one.key.as_deref());
            one.key = band.map(|(_, word)| (*word).to_owned());
        }
    }
    Ok(())
}

/// With the names that customers have today, for whoever may see people.
async fn shown(
    app: &App,
    scope: &Scope,
    mut made: LoyaltyResults,
    people_shown: bool,
) -> Outcome<LoyaltyResults> {
    let Some(finding) = &mut made.finding else {
        return Ok(made);
    };
    if !people_shown {
        finding.at_risk = None;
    }
    let Some(listed) = finding.at_risk.as_mut().filter(|listed| !listed.is_empty()) else {
        return Ok(made);
    };
    let ids: Vec<CustomerId> = (listed.iter())
        .filter_map(|one| one.customer_id.parse().ok())
        .collect();
    let mut tx = app.db.read().await?;
    for customer in people::customers(&mut tx, scope, &ids).await? {
        let place = listed
            .iter_mut()
            .find(|one| *one.customer_id == *customer.id.as_str());
        if let Some(one) = place {
            one.name = customer.name;
        }
    }
    Ok(made)
}
