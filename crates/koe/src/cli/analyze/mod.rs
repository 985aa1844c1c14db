//! `koe analyze`: the methods of the analysis crate on any file, without a server, a data folder or
//! a database. A finding goes to stdout, what is to be kept in mind to stderr.

mod access_log;
mod design;
mod drivers;
mod input;
mod key;
mod lifetime;
mod output;
mod path_model;
mod scores;
mod series;
mod survival;
mod table;
mod texts;
mod topics;
mod weights;

use std::fmt::Display;

use clap::Subcommand;
use koe_analysis::confidence::Confidence;

use super::Unacceptable;
use crate::base::japanese;

/// What to find out.
#[derive(Debug, Subcommand)]
pub enum AnalyzeAction {
    /// A score with its interval, group by group.
    #[command(after_help = scores::SCORE_EXAMPLES)]
    Score(scores::ScoreArguments),
    /// Every pair of groups compared, p adjusted for all of them together.
    #[command(after_help = scores::COMPARE_EXAMPLES)]
    Compare(scores::ScoreArguments),
    /// What decides an outcome: how much of R² each driver brings, and what a point more would gain.
    #[command(after_help = drivers::EXAMPLES)]
    Drivers(drivers::DriverArguments),
    /// How long until something happens: Kaplan–Meier curves and the log-rank test.
    #[command(after_help = survival::EXAMPLES)]
    Survival(survival::SurvivalArguments),
    /// What customers are worth: BG/NBD and gamma-gamma.
    #[command(after_help = lifetime::EXAMPLES)]
    Clv(lifetime::LifetimeArguments),
    /// A satisfaction index: path model by partial least squares.
    #[command(after_help = path_model::EXAMPLES)]
    PathModel(path_model::PathArguments),
    /// A series: Holt–Winters, control limits, change points.
    #[command(after_help = series::EXAMPLES)]
    Forecast(series::SeriesArguments),
    /// Weights that make a sample look like the population: raking and post-stratification.
    #[command(after_help = weights::EXAMPLES)]
    Weights(weights::WeightArguments),
    /// Free texts: language, sentences, sentiment, emotions, words, pairs, personal data.
    #[command(after_help = texts::EXAMPLES)]
    Text(texts::TextArguments),
    /// What texts speak of: topics they suggest or rules find, with n, score and lift.
    #[command(after_help = topics::EXAMPLES)]
    Topics(topics::TopicArguments),
    /// The terms of the Japanese dictionary that texts are split with.
    Notice,
    /// A web server's access log: sessions, pages, errors, slow pages, failed searches.
    #[command(after_help = access_log::EXAMPLES)]
    AccessLog(access_log::AccessLogArguments),
}

/// Runs the command.
///
/// # Errors
/// [`Unacceptable`] for a file or an option that cannot be used.
pub fn analyze(action: AnalyzeAction) -> anyhow::Result<()> {
    match action {
        AnalyzeAction::Score(arguments) => scores::score(&arguments),
        AnalyzeAction::Compare(arguments) => scores::compare(&arguments),
        AnalyzeAction::Drivers(arguments) => drivers::drivers(&arguments),
        AnalyzeAction::Survival(arguments) => survival::survive(&arguments),
        AnalyzeAction::Clv(arguments) => lifetime::value(&arguments),
        AnalyzeAction::PathModel(arguments) => path_model::model(&arguments),
        AnalyzeAction::Forecast(arguments) => series::forecast(&arguments),
        AnalyzeAction::Weights(arguments) => weights::weigh(&arguments),
        AnalyzeAction::Text(arguments) => texts::text(&arguments),
        AnalyzeAction::Topics(arguments) => topics::topics(&arguments),
        AnalyzeAction::Notice => super::print(japanese::NOTICE),
        AnalyzeAction::AccessLog(arguments) => access_log::analyse(&arguments),
    }
}

/// What a method refuses, as the sentence it says.
fn refused(error: impl Display) -> anyhow::Error {
    Unacceptable(error.to_string()).into()
}

fn confidence(share: f64) -> anyhow::Result<Confidence> {
    Confidence::new(share).map_err(|error| refused(format!("--confidence: {error}")))
}

/// How the confidence stands above a table.
fn shown_confidence(confidence: Confidence) -> String {
    format!("{}% intervals", confidence.share() * 100.0)
}
