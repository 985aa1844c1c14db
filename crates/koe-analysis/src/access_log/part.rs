//! Lines into a part of a log, and parts into one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bots::{BotReason, Recogniser};
use super::format::{Described, Format};
use super::kind::{self, Kind};
use super::line::{Fault, read, unescaped};
use super::target::{self, Method};
use super::visitor::masked;

/// How many lines that are not of the format are kept with their numbers; all are
/// counted.
pub(super) const KEPT_FAULTS: usize = 1_000;

/// The user agent of every visitor of a log that has none.
const NOT_LOGGED: &[u8] = b"(not logged)";

/// No entry of a table.
pub(super) const NONE: u32 = u32::MAX;

/// How lines are read. Parts that are to be merged are read with the same settings.
#[derive(Debug)]
pub struct Settings {
    /// The key under which addresses are hashed. A key that is kept lets visitors be
    /// followed from one log to the next; one that is forgotten does not.
    pub key: Vec<u8>,
    /// The parameters in whose value a search of the site is recognised.
    pub search_parameters: Vec<String>,
    /// Whether numbers and long codes in paths are `{id}`, so that `/orders/17` and
    /// `/orders/18` are one page.
    pub fold_ids: bool,
    /// Recognises programs.
    pub bots: Recogniser,
}

impl Settings {
    /// The usual settings under a key.
    #[must_use]
    pub fn new(key: Vec<u8>) -> Self {
        Self {
            key,
            search_parameters: super::SEARCH_PARAMETERS
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            fold_ids: false,
            bots: Recogniser::new(),
        }
    }
}

/// Texts by number, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    places: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Names {
    pub(super) fn name(&self, place: u32) -> &str {
        &self.names[place as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    fn place(&mut self, name: &str) -> u32 {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = number(self.names.len());
        let name: Arc<str> = name.into();
        self.places.insert(Arc::clone(&name), place);
        self.names.push(name);
        place
    }

    /// Takes another table in; its numbers are the places of the answer.
    fn take(&mut self, other: &Self) -> Vec<u32> {
        other.names.iter().map(|name| self.place(name)).collect()
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).expect("a log of fewer than four thousand million names")
}

/// Requests counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Volume {
    pub requests: u64,
    pub bytes: u64,
    pub errors: u64,
}

impl Volume {
    pub(super) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.bytes += other.bytes;
        self.errors += other.errors;
    }
}

/// A network with one user agent, and what it asked for, kind by kind.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub network: u64,
    pub agent: u32,
    /// Asked for `robots.txt`.
    pub robots: bool,
    pub pages: Volume,
    pub files: Volume,
    pub feeds: Volume,
}

/// A request that is looked at one by one: for a page, or in vain for a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub time_ms: i64,
    /// The number of the line, which decides between requests of the same moment.
    pub line: u64,
    pub visitor: u32,
    pub page: u32,
    /// What was searched for, or [`NONE`].
    pub term: u32,
    /// Where an error was come upon, or [`NONE`].
    pub referrer: u32,
    /// Microseconds, or [`NONE`]; over 71 minutes count as 71.
    pub duration_us: u32,
    pub status: u16,
    pub kind: Kind,
    pub get: bool,
}

impl Hit {
    pub(super) fn is_error(&self) -> bool {
        self.status >= 400
    }

    pub(super) fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status) && self.status != 304
    }

    /// A page was delivered: whole, or known to the browser already. Further pieces of
    /// a document (206) are no further views.
    pub(super) fn is_view(&self) -> bool {
        let delivered = (200..300).contains(&self.status) && self.status != 206;
        self.get && (delivered || self.status == 304)
    }
}

/// A part of a log, or all of it, as it was read: small, without addresses, ready to be
/// merged.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub(super) formats: BTreeSet<Described>,
    pub(super) lines: u64,
    pub(super) blank: u64,
    pub(super) faults: u64,
    pub(super) first_faults: Vec<(u64, Fault)>,
    pub(super) without_request: u64,
    pub(super) period_ms: Option<(i64, i64)>,
    pub(super) pages: Names,
    pub(super) terms: Names,
    pub(super) referrers: Names,
    pub(super) agents: Names,
    /// For each agent, whether it is a program's.
    pub(super) reasons: Vec<Option<BotReason>>,
    pub(super) visitors: Vec<Visitor>,
    visitor_places: HashMap<(u64, u32), u32>,
    pub(super) hits: Vec<Hit>,
}

impl Part {
    /// How many lines were read, blank and malformed ones included.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Takes in the part that follows this one. Lines of the second are numbered on
    /// from those of the first.
    pub fn merge(&mut self, next: &Self) {
        self.formats.extend(&next.formats);
        let pages = self.pages.take(&next.pages);
        let terms = self.terms.take(&next.terms);
        let referrers = self.referrers.take(&next.referrers);
        let agents = self.agents.take(&next.agents);
        for (&place, &reason) in agents.iter().zip(&next.reasons) {
            if place as usize == self.reasons.len() {
                self.reasons.push(reason);
            }
        }
        let mut visitors = Vec::with_capacity(next.visitors.len());
        for other in &next.visitors {
            let place = self.visitor(other.network, agents[other.agent as usize]);
            let visitor = &mut self.visitors[place as usize];
            visitor.robots |= other.robots;
            visitor.pages.add(other.pages);
            visitor.files.add(other.files);
            visitor.feeds.add(other.feeds);
            visitors.push(place);
        }
        let moved = |places: &[u32], place: u32| match place {
            NONE => NONE,
            place => places[place as usize],
        };
        self.hits.extend(next.hits.iter().map(|hit| Hit {
            line: hit.line + self.lines,
            visitor: moved(&visitors, hit.visitor),
            page: moved(&pages, hit.page),
            term: moved(&terms, hit.term),
            referrer: moved(&referrers, hit.referrer),
            ..*hit
        }));
        let faults = next.first_faults.iter();
        self.first_faults
            .extend(faults.map(|(line, fault)| (line + self.lines, *fault)));
        self.first_faults.truncate(KEPT_FAULTS);
        if let Some((first, last)) = next.period_ms {
            self.saw(first);
            self.saw(last);
        }
        self.lines += next.lines;
        self.blank += next.blank;
        self.faults += next.faults;
        self.without_request += next.without_request;
    }

    fn saw(&mut self, time_ms: i64) {
        let (first, last) = self.period_ms.unwrap_or((time_ms, time_ms));
        self.period_ms = Some((first.min(time_ms), last.max(time_ms)));
    }

    fn visitor(&mut self, network: u64, agent: u32) -> u32 {
        let next = number(self.visitors.len());
        let place = *self.visitor_places.entry((network, agent)).or_insert(next);
        if place == next {
            self.visitors.push(Visitor {
                network,
                agent,
                robots: false,
                pages: Volume::default(),
                files: Volume::default(),
                feeds: Volume::default(),
            });
        }
        place
    }
}

/// Reads the lines of one log.
#[derive(Debug)]
pub struct Reader<'a> {
    format: Format,
    settings: &'a Settings,
    part: Part,
    // What a text that was met before came to. Addresses are in here and go with it.
    paths: HashMap<Box<[u8]>, (u32, Kind)>,
    networks: HashMap<Box<[u8]>, u64>,
    agents: HashMap<Box<[u8]>, u32>,
    terms: HashMap<Box<[u8]>, u32>,
}

impl<'a> Reader<'a> {
    /// A reader of a log of a format.
    #[must_use]
    pub fn new(format: Format, settings: &'a Settings) -> Self {
        let part = Part {
            formats: BTreeSet::from([format.described()]),
            ..Part::default()
        };
        Self {
            format,
            settings,
            part,
            paths: HashMap::new(),
            networks: HashMap::new(),
            agents: HashMap::new(),
            terms: HashMap::new(),
        }
    }

    /// Reads the next line, with or without its end.
    pub fn line(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        self.part.lines += 1;
        if line.is_empty() {
            self.part.blank += 1;
            return;
        }
        let read = match read(line, &self.format) {
            Ok(read) => read,
            Err(fault) => {
                self.part.faults += 1;
                if self.part.first_faults.len() < KEPT_FAULTS {
                    self.part.first_faults.push((self.part.lines, fault));
                }
                return;
            }
        };
        self.part.saw(read.time_ms);
        let plain = unescaped(read.request);
        let Some(request) = target::request(&plain) else {
            self.part.without_request += 1;
            return;
        };
        let (page, of_path) = self.page(request.path);
        let kind = match of_path {
            Kind::Page if kind::asks_for_feed(request.query) => Kind::Feed,
            kind => kind,
        };
        let agent = match self.format.agent() {
            Some(_) => read.agent,
            None => NOT_LOGGED,
        };
        let visitor = self.visitor(read.address, agent);
        let part = &mut self.part;
        let counted = &mut part.visitors[visitor as usize];
        let is_error = read.status >= 400;
        let volume = match kind {
            Kind::Page => &mut counted.pages,
            Kind::File => &mut counted.files,
            Kind::Feed => &mut counted.feeds,
        };
        volume.add(Volume {
            requests: 1,
            bytes: read.bytes,
            errors: u64::from(is_error),
        });
        counted.robots |= request.path == b"/robots.txt";
        let is_program = part.reasons[counted.agent as usize].is_some();
        let is_looked_at = match kind {
            Kind::Page => true,
            Kind::File => is_error,
            Kind::Feed => false,
        };
        if is_program || !is_looked_at {
            return;
        }
        let referrer = if is_error {
            target::referrer(read.referrer).map_or(NONE, |from| part.referrers.place(&from))
        } else {
            NONE
        };
        let term = if kind == Kind::Page && request.method == Method::Get {
            self.term(request.query)
        } else {
            NONE
        };
        self.part.hits.push(Hit {
            time_ms: read.time_ms,
            line: self.part.lines,
            visitor,
            page,
            term,
            referrer,
            duration_us: read
                .duration_us
                .map_or(NONE, |us| u32::try_from(us).unwrap_or(NONE).min(NONE - 1)),
            status: read.status,
            kind,
            get: request.method == Method::Get,
        });
    }

    /// What was read.
    #[must_use]
    pub fn finish(self) -> Part {
        self.part
    }

    fn page(&mut self, raw: &[u8]) -> (u32, Kind) {
        let Self {
            paths,
            part,
            settings,
            ..
        } = self;
        remembered(paths, raw, || {
            let path = target::path(raw, settings.fold_ids);
            (part.pages.place(&path), kind::of_path(&path))
        })
    }

    fn visitor(&mut self, address: &[u8], agent: &[u8]) -> u32 {
        let Self {
            networks,
            agents,
            part,
            settings,
            ..
        } = self;
        let network = remembered(networks, address, || masked(address, &settings.key));
        let agent = remembered(agents, agent, || {
            let text = target::agent(&unescaped(agent));
            let place = part.agents.place(&text);
            if place as usize == part.reasons.len() {
                part.reasons.push(settings.bots.reason(&text));
            }
            place
        });
        self.part.visitor(network, agent)
    }

    fn term(&mut self, query: &[u8]) -> u32 {
        let Self {
            terms,
            part,
            settings,
            ..
        } = self;
        let Some(value) = target::search_value(query, &settings.search_parameters) else {
            return NONE;
        };
        remembered(terms, value, || {
            target::term(value).map_or(NONE, |term| part.terms.place(&term))
        })
    }
}

/// What a text came to when it was met first.
fn remembered<V: Copy>(
    known: &mut HashMap<Box<[u8]>, V>,
    text: &[u8],
    find: impl FnOnce() -> V,
) -> V {
    if let Some(&value) = known.get(text) {
        return value;
    }
    let value = find();
    known.insert(text.into(), value);
    value
}
