//! NPS as an outcome of a linear model.

/// What each answer contributes to an NPS: 100 from a promoter, −100 from a detractor, 0 from
/// those between, so that the mean is the NPS and a slope is NPS points for one point more of a
/// driver. Answers that are not finite stay missing. `promoters_from` and `detractors_to` are
/// the ends of the classes on the question's scale: 9 and 6 from 0 to 10 (Reichheld 2003,
/// *Harvard Business Review* 81:46–54).
///
/// The model is the linear probability model of two shares at once: slopes are mean effects on
/// the two shares' difference; their errors are unequal by construction, which the intervals by
/// bootstrap take into account (Wooldridge 2010, *Econometric Analysis of Cross Section and
/// Panel Data*, section 15.2).
#[must_use]
pub fn nps_contributions(answers: &[f64], detractors_to: f64, promoters_from: f64) -> Vec<f64> {
    answers
        .iter()
        .map(|&answer| match answer {
            answer if !answer.is_finite() => f64::NAN,
            answer if answer >= promoters_from => 100.0,
            answer if answer <= detractors_to => -100.0,
            _ => 0.0,
        })
        .collect()
}
