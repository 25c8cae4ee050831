//! Asks the product's opener and notes what it said and when.

use std::time::{Duration, Instant};

use anyhow::Context;
use segue_core::dialogue::Settings;
use segue_core::talk::{OpenerSource, Opening};
use segue_engines::opener::MicroLm;
use segue_runtime::port::{Opener, OpenerAsk, Stop};

use crate::check::grounded::grounded;
use crate::check::{Broken, Checkers};
use crate::data::Request;

/// A request, its opener, and what the checkers say.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) request: Request,
    pub(crate) opening: Opening,
    pub(crate) broken: Vec<Broken>,
    pub(crate) grounded: bool,
    /// From the request to the whole opener.
    pub(crate) took: Duration,
    /// From the request to its first word; `None` when nothing was said.
    pub(crate) first: Option<Duration>,
}

impl Said {
    pub(crate) fn by_model(&self) -> bool {
        self.opening.source == OpenerSource::Model
    }
}

/// The question that the product puts to its opener for a request.
pub(crate) fn question(request: &Request) -> OpenerAsk {
    let settings = Settings::default();
    OpenerAsk {
        request: request.text.clone(),
        last: request.last.clone(),
        home: request.home.clone(),
        min_words: settings.min_words,
        max_words: settings.max_words,
    }
}

/// The opener for each request, one after the other on this thread.
pub(crate) fn all(model: &mut MicroLm, checkers: &Checkers, requests: Vec<Request>) -> anyhow::Result<Vec<Said>> {
    model.warm_up().context("the opener does not warm up")?;
    requests.into_iter().map(|request| one(model, checkers, request)).collect()
}

fn one(model: &mut MicroLm, checkers: &Checkers, request: Request) -> anyhow::Result<Said> {
    let ask = question(&request);
    let mut first = None;
    let since = Instant::now();
    let opening = model.open(&ask, &Stop::default(), &mut |_| {
        first.get_or_insert_with(|| since.elapsed());
    });
    let took = since.elapsed();
    let opening = opening.with_context(|| format!("no opener for \"{}\"", request.text))?;
    let broken = if opening.text.is_empty() { Vec::new() } else { checkers.broken(&request, &opening.text) };
    Ok(Said { grounded: grounded(&request, &opening.text), broken, opening, request, took, first })
}
