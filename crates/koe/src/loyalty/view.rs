//! What an analysis says, as it leaves the house. Pure.

use std::collections::BTreeMap;

use koe_analysis::lifetime::{LifetimeError, LifetimeWarning, bg_nbd};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Definition, LoyaltyAnalysis};

/// A result, or how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyResults {
    /// What was analysed.
    pub analysis: LoyaltyAnalysis,
    /// What is being done, while the result is computed: ask again. Null when it
    /// is there.
    pub progress: Option<Stage>,
    /// Why there is no model, as a code with its figures; null when there is one.
    pub refused: Option<LoyaltyRemark>,
    /// The finding; null while it is computed or when a rule refuses it.
    pub finding: Option<FindingView>,
    /// How the numbers come about; null while they are computed.
    pub note: Option<LoyaltyNote>,
}

/// What is being done for a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LoyaltyStage)]
pub enum Stage {
    /// Another model is being fitted first.
    Waiting,
    /// Purchases are summed up by customer.
    Reading,
    /// The models are fitted and every customer's outlook is computed.
    Fitting,
}

/// A remark of the method, as a code with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyRemark {
    /// `no_purchases`, `too_few`, `no_fit`; `no_amounts`, `amounts_do_not_fit`,
    /// `amounts_depend_on_frequency`, `no_mean_amount`, `at_the_edge`.
    pub code: String,
    /// The figure the remark is about.
    pub value: Option<f64>,
    /// Of `too_few`: how many customers bought again.
    pub repeat: Option<f64>,
    /// Of `too_few`: how many customers, and how many repeat buyers, it takes.
    pub wanted: Option<(f64, f64)>,
}

/// What customers are likely still worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoyaltyFinding)]
pub struct FindingView {
    /// What is expected: `value` in the unit of the amounts, or `purchases`
    /// where amounts carry no model.
    pub measure: Measure,
    /// How many customers bought at least once.
    pub n: u64,
    /// How many of them bought again.
    pub repeat: u64,
    /// The last day of observation.
    pub until: String,
    /// Expected of all customers together within the horizon.
    pub total: f64,
    /// Of the total.
    pub total_interval: Option<(f64, f64)>,
    /// Expected of one customer.
    pub mean: f64,
    /// Of the mean.
    pub mean_interval: Option<(f64, f64)>,
    /// Purchases expected of one customer.
    pub purchases: f64,
    /// The mean chance that a customer has not stopped buying, 0 to 1.
    pub alive: f64,
    /// Customers from most to least expected, in ten parts.
    pub deciles: Vec<Decile>,
    /// Each group beside all others; null without groups.
    pub groups: Option<Vec<LoyaltyGroup>>,
    /// Customers worth winning back, most at stake first; null for whoever may
    /// not see people.
    pub at_risk: Option<Vec<CustomerAtRisk>>,
    /// How many customers are at risk in all.
    pub n_at_risk: u64,
    /// What is at stake with all of them.
    pub at_stake: f64,
    /// The fitted models.
    pub model: LoyaltyModel,
    /// Days on which a customer only gave things back; they are no purchases.
    pub n_returns: u64,
    /// Days with purchases of a customer after the last day of observation.
    pub n_later: u64,
    /// Rows without an amount.
    pub n_missing: u64,
    /// What to keep in mind.
    pub warnings: Vec<LoyaltyRemark>,
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LoyaltyMeasure)]
pub enum Measure {
    /// Amounts.
    Value,
    /// Numbers of purchases.
    Purchases,
}

/// A tenth of the customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoyaltyDecile)]
pub struct Decile {
    /// How many customers.
    pub n: u64,
    /// Expected of them together.
    pub total: f64,
    /// Their share of what is expected of all, 0 to 1.
    pub share: f64,
    /// Expected of one of them.
    pub mean: f64,
    /// The mean chance that they have not stopped, 0 to 1.
    pub alive: f64,
}

/// A group of customers beside all others together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyGroup {
    /// `promoter`, `passive`, `detractor`, or the attribute's value or band;
    /// null where nothing is known.
    pub key: Option<String>,
    /// How many customers.
    pub n: u64,
    /// Expected of one of them.
    pub mean: f64,
    /// Of the mean.
    pub mean_interval: Option<(f64, f64)>,
    /// Their share of what is expected of all, 0 to 1.
    pub share: f64,
    /// The mean chance that they have not stopped, 0 to 1.
    pub alive: f64,
    /// Mean of the group less mean of all others (Welch).
    pub difference: Option<f64>,
    /// Of the difference.
    pub difference_interval: Option<(f64, f64)>,
    /// p of "no difference", adjusted over the groups (Benjamini–Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Whether the group differs from all others.
    pub differs: bool,
}

/// A customer who may have stopped and would be worth winning back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerAtRisk {
    /// The customer.
    pub customer_id: String,
    /// The customer's name, where it is known.
    pub name: Option<String>,
    /// The chance that the customer has not stopped, 0 to 1.
    pub alive: f64,
    /// Purchases until now, the first included.
    pub bought: u64,
    /// The day of the last.
    pub last: String,
    /// Expected within the horizon.
    pub expected: f64,
    /// What more would be expected if the customer had surely not stopped.
    pub at_stake: f64,
}

/// The fitted models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyModel {
    /// BG/NBD: shape of the purchase rates.
    pub r: f64,
    /// Scale of the purchase rates, in weeks.
    pub alpha: f64,
    /// First parameter of the chances to stop.
    pub a: f64,
    /// Second parameter of the chances to stop.
    pub b: f64,
    /// The log-likelihood of the customers.
    pub log_likelihood: f64,
    /// The model of amounts; null where there are too few to tell.
    pub amounts: Option<AmountModel>,
}

/// The gamma-gamma model of amounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoyaltyAmountModel)]
pub struct AmountModel {
    /// Shape of a customer's amounts.
    pub p: f64,
    /// Shape of the scales of customers.
    pub q: f64,
    /// Scale of the scales of customers, in the unit of the amounts.
    pub v: f64,
    /// Repeat buyers with an amount that it was fitted to.
    pub n: u64,
    /// The mean amount of a purchase over all customers; null when it does not
    /// exist.
    pub mean: Option<f64>,
}

/// The method note that opens behind every number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoyaltyNote {
    /// Changes whenever the same rows would give other numbers.
    pub method_version: u32,
    /// Where the methods were published.
    pub source: String,
    /// Confidence of intervals and tests.
    pub confidence: f64,
    /// The stream of purchases, by language.
    pub stream_label: BTreeMap<String, String>,
    /// The column of the amount, by language.
    pub amount_label: BTreeMap<String, String>,
    /// By what customers are divided, by language; empty without groups.
    pub group_label: BTreeMap<String, String>,
    /// Names of the groups' keys, by key and language, where they are codes.
    pub group_values: BTreeMap<String, BTreeMap<String, String>>,
    /// Between which chances of not having stopped a customer counts as at risk.
    pub at_risk: (f64, f64),
    /// The definition as it was asked.
    pub asked: Definition,
    /// When it was computed.
    pub computed_at: String,
}

impl LoyaltyRemark {
    /// A remark without figures.
    pub fn plain(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            value: None,
            repeat: None,
            wanted: None,
        }
    }

    /// Why no model could be fitted; none for rows that make no sense, which the
    /// lake excludes.
    pub fn of_error(error: &LifetimeError) -> Option<Self> {
        match error {
            LifetimeError::TooFew { customers, repeat } => Some(Self {
                value: Some(*customers as f64),
                repeat: Some(*repeat as f64),
                wanted: Some((bg_nbd::LEAST_CUSTOMERS as f64, bg_nbd::LEAST_REPEAT as f64)),
                ..Self::plain("too_few")
            }),
            LifetimeError::NoFit { .. } => Some(Self::plain("no_fit")),
            _ => None,
        }
    }

    /// A warning of the models.
    pub fn of(warning: &LifetimeWarning) -> Self {
        let (code, value) = match warning {
            LifetimeWarning::NoAmounts { repeat_buyers } => {
                ("no_amounts", Some(*repeat_buyers as f64))
            }
            LifetimeWarning::AmountsDoNotFit => ("amounts_do_not_fit", None),
            LifetimeWarning::AmountsDependOnFrequency { correlation } => {
                ("amounts_depend_on_frequency", Some(*correlation))
            }
            LifetimeWarning::NoMeanAmount => ("no_mean_amount", None),
            LifetimeWarning::AtTheEdge => ("at_the_edge", None),
        };
        Self {
            value,
            ..Self::plain(code)
        }
    }
}
