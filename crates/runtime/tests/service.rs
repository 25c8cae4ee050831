//! The service with a plugin and engines made of words: what is asked comes back as news, whatever happens.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::desk::Desk;
use segue_runtime::plugin::{Link, News, Plugin, Refusal, State, Wish};
use segue_runtime::port::{CloudError, Continuator, Continue, EngineError, Opener, OpenerAsk, Stop};
use segue_runtime::service::serve;
use segue_runtime::session::{Crew, Session, outcomes};
use segue_runtime::worker;
use tokio::sync::{mpsc, oneshot};

struct Words;

impl Opener for Words {
    fn warm_up(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    fn open(&mut self, ask: &OpenerAsk, _: &Stop, _: &mut dyn FnMut(&str)) -> Result<Opening, EngineError> {
        let text = format!("At most {} words", ask.max_words);
        Ok(Opening { text, confidence: 0.9, source: OpenerSource::Model })
    }
}

/// Continues every sentence, or never says anything to "wait".
struct Cloud;

impl Continuator for Cloud {
    fn name(&self) -> &str {
        "words"
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>> {
        async move {
            if ask.request == "wait" {
                std::future::pending::<()>().await;
            }
            let _ = deltas.send("are said here.".into()).await;
            Ok(())
        }
        .boxed()
    }
}

/// Hands its link to the test.
struct Hand(oneshot::Sender<(Link, oneshot::Sender<()>)>);

impl Plugin for Hand {
    fn name(&self) -> &'static str {
        "hand"
    }

    fn told_at_start(&self) -> String {
        "hand".into()
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, ()> {
        async move {
            let (over, ended) = oneshot::channel();
            let _ = self.0.send((link, over));
            let _ = ended.await;
        }
        .boxed()
    }
}

struct Home {
    link: Link,
    over: oneshot::Sender<()>,
    stop: oneshot::Sender<()>,
    service: tokio::task::JoinHandle<Option<Session>>,
}

async fn home() -> Home {
    let outcomes = outcomes();
    let crew = Crew {
        opener: Some(worker::opener(Box::new(Words), outcomes.0.clone())),
        clouds: vec![Arc::new(Cloud)],
        ..Crew::default()
    };
    let settings = Settings { opener: OpenerPolicy::Always, ..Settings::default() };
    let session = Session::new(settings, crew, None, false, outcomes);
    let (give, take) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let desk = Desk::new(OpenerPolicy::Always, 8);
    let service =
        tokio::spawn(serve(session, desk, vec![Box::new(Hand(give))], None, || 1, async { drop(stopped.await) }));
    let (link, over) = take.await.expect("a link");
    Home { link, over, stop, service }
}

impl Home {
    async fn ask(&self, text: &str, tag: &str) {
        let ask = Wish::Ask { text: text.into(), tag: Some(tag.into()) };
        self.link.wishes.send(ask).await.expect("the desk listens");
    }

    async fn news(&mut self) -> News {
        self.link.news.recv().await.expect("news")
    }

    /// What is said to the request with this tag.
    async fn spoken(&mut self, tag: &str) -> String {
        loop {
            if let News::Done { tag: Some(of), report, .. } = self.news().await
                && of == tag
            {
                return report.spoken;
            }
        }
    }
}

#[tokio::test]
async fn what_is_asked_comes_back_as_news() {
    let mut home = home().await;
    home.ask("why?", "hand:1").await;
    let mut told = Vec::new();
    loop {
        match home.news().await {
            News::Began { tag, .. } => told.push(format!("began {}", tag.unwrap())),
            News::Heard { text, .. } => told.push(format!("heard {text}")),
            News::Opener { text, .. } => told.push(format!("opener {text}")),
            News::Delta { text, .. } => told.push(format!("delta{text}")),
            News::Done { report, .. } => {
                assert_eq!(report.spoken, "At most 8 words are said here.");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(told, ["began hand:1", "heard why?", "opener At most 8 words", "delta are said here."]);
    let status = home.link.status.borrow().clone();
    assert_eq!((status.state, status.cloud, status.response_gap_ms.is_some()), (State::Idle, Some(true), true));
}

#[tokio::test]
async fn the_number_of_words_reaches_the_opener() {
    let mut home = home().await;
    home.link.wishes.send(Wish::MaxWords(5)).await.unwrap();
    home.ask("why?", "hand:1").await;
    assert_eq!(home.spoken("hand:1").await, "At most 5 words are said here.");
    home.link.wishes.send(Wish::Openers(false)).await.unwrap();
    home.ask("why?", "hand:2").await;
    assert_eq!(home.spoken("hand:2").await, "are said here.");
}

#[tokio::test]
async fn stop_ends_a_turn_that_would_never_end_and_the_next_is_answered() {
    let mut home = home().await;
    home.ask("wait", "hand:1").await;
    home.ask("why?", "hand:2").await;
    while !matches!(home.news().await, News::Opener { .. }) {}
    home.link.wishes.send(Wish::Stop).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        match home.news().await {
            News::Refused { tag, why } => told.push((tag, Some(why))),
            News::Done { tag, .. } => told.push((tag, None)),
            _ => {}
        }
    }
    let tag = |number: u8| Some(format!("hand:{number}"));
    assert!(told.contains(&(tag(2), Some(Refusal::Stopped))) && told.contains(&(tag(1), None)), "{told:?}");
    home.ask("why?", "hand:3").await;
    assert_eq!(home.spoken("hand:3").await, "At most 8 words are said here.");
}

#[tokio::test]
async fn a_hundred_turns_are_all_answered_in_order() {
    let mut home = home().await;
    for number in 0..100 {
        let tag = format!("hand:{number}");
        home.ask("why?", &tag).await;
        assert_eq!(home.spoken(&tag).await, "At most 8 words are said here.");
    }
}

#[tokio::test]
async fn the_end_is_told_to_plugins_and_the_session_comes_back() {
    let mut home = home().await;
    home.ask("wait", "hand:1").await;
    while !matches!(home.news().await, News::Opener { .. }) {}
    home.stop.send(()).unwrap();
    let mut done = false;
    while let Ok(news) = home.link.news.recv().await {
        done |= matches!(news, News::Done { .. });
    }
    assert!(done, "the turn under way was ended and told");
    home.over.send(()).unwrap();
    assert!(home.service.await.unwrap().is_some());
}
