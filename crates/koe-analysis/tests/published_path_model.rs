//! Path models against printed tables.

mod support;

use koe_analysis::drivers::{Column, CrossProducts};
use koe_analysis::path_model::{
    ConstructFinding, Mode, PathModel, PathModelAnalysis, PathOptions, Scheme, analyse,
    analyse_products,
};
use support::{columns, columns_of};

const ECSI: &str = r#"{
    "constructs": {
        "Image": {"mode": "A", "indicators": ["IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5"]},
        "Expectation": {"mode": "A", "indicators": ["CUEX1", "CUEX2", "CUEX3"]},
        "Quality": {"mode": "A", "indicators":
            ["PERQ1", "PERQ2", "PERQ3", "PERQ4", "PERQ5", "PERQ6", "PERQ7"]},
        "Value": {"mode": "A", "indicators": ["PERV1", "PERV2"]},
        "Satisfaction": {"mode": "A", "indicators": ["CUSA1", "CUSA2", "CUSA3"]},
        "Complaints": {"mode": "A", "indicators": ["CUSCO"]},
        "Loyalty": {"mode": "A", "indicators": ["CUSL1", "CUSL2", "CUSL3"]}
    },
    "paths": [
        ["Image", "Expectation"], ["Image", "Satisfaction"], ["Image", "Loyalty"],
        ["Expectation", "Quality"], ["Expectation", "Value"], ["Expectation", "Satisfaction"],
        ["Quality", "Value"], ["Quality", "Satisfaction"], ["Value", "Satisfaction"],
        ["Satisfaction", "Complaints"], ["Satisfaction", "Loyalty"], ["Complaints", "Loyalty"]
    ],
    "scheme": "path",
    "scale": [1, 10]
}"#;

fn mobi(bootstrap: usize) -> PathModelAnalysis {
    let data = columns("ecsi_mobi/mobi.csv");
    let columns: Vec<Column> = data
        .iter()
        .map(|(name, values)| Column { name, values })
        .collect();
    let model: PathModel = serde_json::from_str(ECSI).unwrap();
    let options = PathOptions {
        bootstrap,
        ..PathOptions::default()
    };
    analyse(&model, &columns, None, &options).unwrap()
}

#[track_caller]
fn close(found: f64, printed: f64, within: f64) {
    assert!(
        (found - printed).abs() <= within,
        "{found} is not {printed}"
    );
}

fn construct<'a>(found: &'a PathModelAnalysis, name: &str) -> &'a ConstructFinding {
    found.constructs.iter().find(|c| c.name == name).unwrap()
}

/// SmartPLS on the survey of Tenenhaus et al. 2005, kept in the R package semPLS; seminr 2.3.1
/// gives the same.
#[test]
fn mobile_phone_satisfaction_as_printed_for_smartpls() {
    let found = mobi(0);
    assert_eq!(found.n, 250);
    for (path, printed) in found.paths.iter().zip([
        0.50491393, 0.17873950, 0.19575534, 0.55674896, 0.04998839, 0.06252287, 0.55830438,
        0.51202394, 0.19476510, 0.52806625, 0.48547762, 0.06692607,
    ]) {
        close(path.coefficient, printed, 5e-8);
    }
    for (name, printed) in [
        ("Expectation", 0.2549380804),
        ("Quality", 0.3099694071),
        ("Value", 0.3452789419),
        ("Satisfaction", 0.6810782914),
        ("Complaints", 0.2788539604),
        ("Loyalty", 0.4569444547),
    ] {
        close(construct(&found, name).r2.unwrap(), printed, 5e-8);
    }
    assert_eq!(construct(&found, "Image").r2, None);
    for (name, printed) in [
        ("Image", 0.39873238),
        ("Expectation", 0.21763337),
        ("Quality", 0.32330474),
        ("Value", 0.10143737),
        ("Satisfaction", 0.52081902),
        ("Complaints", 0.06692607),
    ] {
        let mut effects = found.total_effects.iter();
        let effect = effects.find(|e| e.from == name && e.to == "Loyalty");
        close(effect.unwrap().effect, printed, 5e-8);
    }
}

/// Cronbach's alpha of R's psych package.
#[test]
fn reliability_as_printed_for_psych() {
    let found = mobi(0);
    close(
        construct(&found, "Image").alpha.unwrap(),
        0.714446802,
        5e-10,
    );
    close(
        construct(&found, "Quality").alpha.unwrap(),
        0.8724063714,
        5e-11,
    );
    assert_eq!(construct(&found, "Complaints").alpha, None);
}

#[test]
fn sums_that_merge_tell_the_same_as_rows() {
    let data = columns("ecsi_mobi/mobi.csv");
    let names: Vec<&String> = data.keys().rev().collect();
    let mut parts = vec![CrossProducts::new(names.iter().map(|name| name.as_str())); 3];
    for row in 0..250 {
        let values: Vec<f64> = names.iter().map(|name| data[*name][row]).collect();
        parts[row % 3].add(&values, 1.0);
    }
    let whole = CrossProducts::merged(&parts).unwrap().unwrap();
    let model: PathModel = serde_json::from_str(ECSI).unwrap();
    let options = PathOptions {
        bootstrap: 0,
        ..PathOptions::default()
    };
    let (sums, rows) = (analyse_products(&model, &whole, &options).unwrap(), mobi(0));
    for (one, other) in sums.paths.iter().zip(&rows.paths) {
        close(one.coefficient, other.coefficient, 1e-9);
    }
    for (one, other) in sums.constructs.iter().zip(&rows.constructs) {
        close(one.index.unwrap(), other.index.unwrap(), 1e-8);
        close(one.ave, other.ave, 1e-9);
    }
}

/// The strong paths of the published model are told from none, and the weakest is not
/// (Tenenhaus et al. 2005 report the same of Expectation → Value).
#[test]
fn intervals_hold_the_estimates_and_tell_strong_paths_from_none() {
    let found = mobi(300);
    assert_eq!(found.resamples, 300);
    for path in &found.paths {
        let (low, high) = path.interval.unwrap();
        assert!(
            low < path.coefficient && path.coefficient < high,
            "{path:?}"
        );
    }
    let path = |from: &str, to: &str| {
        let mut paths = found.paths.iter();
        paths
            .find(|path| path.from == from && path.to == to)
            .unwrap()
    };
    assert!(path("Image", "Expectation").significant);
    assert!(path("Satisfaction", "Loyalty").significant);
    assert!(!path("Expectation", "Value").significant);
    let satisfaction = construct(&found, "Satisfaction");
    let (low, high) = satisfaction.index_interval.unwrap();
    assert!(low < satisfaction.index.unwrap() && satisfaction.index.unwrap() < high);
    assert!(high - low < 10.0);
}

const RUSSETT: &str = include_str!("data/russett.csv");

fn russett(scheme: Scheme, mode: Mode) -> PathModelAnalysis {
    let data = columns_of(RUSSETT);
    let columns: Vec<Column> = data
        .iter()
        .map(|(name, values)| Column { name, values })
        .collect();
    let mut model: PathModel = serde_json::from_str(
        r#"{"constructs": {
            "AGRI": {"indicators": ["gini", "farm", "rent"]},
            "IND": {"indicators": ["gnpr", "labo"]},
            "POLINS": {"indicators": ["inst", "ecks", "death", "demo"]}
        }, "paths": [["AGRI", "POLINS"], ["IND", "POLINS"]]}"#,
    )
    .unwrap();
    model.scheme = scheme;
    for (_, construct) in &mut model.constructs {
        construct.mode = mode;
    }
    let options = PathOptions {
        bootstrap: 0,
        ..PathOptions::default()
    };
    analyse(&model, &columns, None, &options).unwrap()
}

/// The R package plspm on Russett 1964, all schemes, as its Python port prints them in its tests.
/// It stops when the squared changes of the weights sum to less than 10⁻⁷, which leaves the fifth
/// decimal unsettled.
#[test]
fn political_instability_as_printed_for_plspm() {
    let centroid = [
        (0.449473702634174, 0.970692446500297),
        (0.496155987399176, 0.982710646169818),
        (0.136560472539135, 0.557419724456527),
        (-0.515342730953322, -0.950882561126795),
        (0.534338187492233, 0.954394793541574),
        (0.128492891074649, 0.352689776310106),
        (0.332060905671986, 0.844773711441629),
        (0.375249831406165, 0.837706049745458),
        (0.423778888932038, 0.849066583406537),
    ];
    let factorial = [
        (0.450112611091541, 0.97137616017192),
        (0.498527681215559, 0.983148011277587),
        (0.131246653659146, 0.553498621212095),
        (-0.515069196604312, -0.950831152749863),
        (0.534610700775961, 0.954444348581435),
        (0.127160996843883, 0.3531339775112),
        (0.332088599975242, 0.843396589047382),
        (0.360266937441301, 0.831354698303597),
        (0.438974576759562, 0.855409738318377),
    ];
    let path = [
        (0.450600061708624, 0.971889901333807),
        (0.500353161400779, 0.983471075279681),
        (0.127136648804299, 0.550458813259363),
        (-0.514860381190619, -0.950791891882968),
        (0.534818717271676, 0.954482159331151),
        (0.126150697195325, 0.353448041176388),
        (0.332056288909909, 0.842233530031864),
        (0.348775037087843, 0.826391628263933),
        (0.450527097183906, 0.860144871264829),
    ];
    for (scheme, printed) in [
        (Scheme::Centroid, centroid),
        (Scheme::Factorial, factorial),
        (Scheme::Path, path),
    ] {
        let found = russett(scheme, Mode::A);
        let indicators = found.constructs.iter().flat_map(|c| &c.indicators);
        for (indicator, (weight, loading)) in indicators.zip(printed) {
            close(indicator.weight, weight, 5e-5);
            close(indicator.loading, loading, 5e-5);
        }
    }
    let found = russett(Scheme::Centroid, Mode::A);
    close(found.paths[0].coefficient, 0.225638734859381, 5e-5);
    close(found.paths[1].coefficient, 0.671457266683851, 5e-5);
    close(found.constructs[2].r2.unwrap(), 0.592258127561306, 5e-5);
    for (construct, printed) in
        found
            .constructs
            .iter()
            .zip([0.739560263000475, 0.907523533497158, 0.565174547673581])
    {
        close(construct.ave, printed, 5e-5);
    }
    let formative = russett(Scheme::Centroid, Mode::B);
    close(formative.constructs[2].r2.unwrap(), 0.642916068732587, 5e-5);
    for (construct, printed) in
        formative
            .constructs
            .iter()
            .zip([0.282806968997176, 0.901296336991962, 0.436484677089836])
    {
        close(construct.ave, printed, 5e-5);
    }
}
