//! A server that nobody knows is asked once how it takes a begun sentence, and never when it would be in the way.

use std::sync::Arc;
use std::time::Duration;

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::finding::Findings;
use segue_engines::cloud::hand_over::{HandOver, Seen};
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::{Fault, Prefill, Prefills, Reply, Script, ScriptedCloud};
use segue_runtime::port::{CloudError, Continuator};

use crate::support::{BOTH, base, config, go_on, plays, provider};

fn probes(cloud: &ScriptedCloud) -> Vec<&'static str> {
    cloud.probes().iter().map(|probe| probe.hand_over()).collect()
}

#[tokio::test]
async fn the_first_way_that_goes_on_is_taken() {
    let only = |mark: &str| {
        let fate = |name: &str| if name == mark { Prefill::Continues } else { Prefill::Anew };
        Prefills::ByMark {
            trailing: fate("trailing"),
            continue_final_message: fate("continue_final_message"),
            prefix: fate("prefix"),
            partial: Prefill::Anew,
        }
    };
    let refuses_marks = Prefills::ByMark {
        trailing: Prefill::Continues,
        continue_final_message: Prefill::Refuses,
        prefix: Prefill::Refuses,
        partial: Prefill::Refuses,
    };
    for (prefill, way, seen, tried) in [
        (Prefills::default(), HandOver::ContinueFinalMessage, Seen::Continued, vec!["continue_final_message"]),
        (refuses_marks, HandOver::TrailingAssistant, Seen::Continued, vec!["continue_final_message", "trailing"]),
        (only("prefix"), HandOver::PrefixTrue, Seen::Continued, vec!["continue_final_message", "prefix"]),
        (Prefills::All(Prefill::Anew), HandOver::Instruction, Seen::Anew, vec!["continue_final_message", "prefix"]),
        (Prefills::All(Prefill::Echoes), HandOver::Instruction, Seen::Echoed, vec!["continue_final_message", "prefix"]),
        (
            Prefills::All(Prefill::Refuses),
            HandOver::Instruction,
            Seen::Refused,
            vec!["continue_final_message", "trailing", "prefix"],
        ),
    ] {
        let cloud = plays(Script { prefill, ..Script::of([Reply::says(["Yes."])]) });
        let provider = provider(&cloud, Dialect::OpenAi);
        let learned = provider.learn_now().await.unwrap();
        assert_eq!((learned.hand_over, learned.seen), (way, Some(seen)), "{prefill:?}");
        assert_eq!(provider.way(), way);
        assert_eq!(probes(&cloud), tried, "{prefill:?}");
        assert!(cloud.chats().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_model_behind_messages_is_asked_too_and_claude_is_not() {
    let cloud = plays(Script::of([Reply::says(["Yes."])]));
    let learned = provider(&cloud, Dialect::Anthropic).learn_now().await.unwrap();
    assert_eq!((learned.hand_over, learned.seen), (HandOver::TrailingAssistant, Some(Seen::Continued)));
    let claude = |model: &str| {
        let model = Some(model.to_owned());
        Provider::new(ProviderConfig { model, ..config(Dialect::Anthropic, &base(&cloud, Dialect::Anthropic)) })
            .unwrap()
    };
    let new = claude("claude-opus-4-6").learn_now().await.unwrap();
    assert_eq!((new.hand_over, new.seen, new.who), (HandOver::Instruction, None, Some("Claude")));
    assert_eq!(cloud.probes().len(), 1, "what is known to take no prefill is not asked");
    let old = claude("claude-haiku-4-5").learn_now().await.unwrap();
    assert_eq!((old.hand_over, old.seen), (HandOver::TrailingAssistant, Some(Seen::Continued)));
}

#[tokio::test]
async fn what_was_found_serves_the_next_turn_and_the_next_run() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says([" Canberra."])]));
        let findings = Arc::new(Findings::default());
        let one =
            |findings| Provider::new(ProviderConfig { findings, ..config(dialect, &base(&cloud, dialect)) }).unwrap();
        let provider = one(findings.clone());
        assert_eq!(go_on(&provider).await.1, Ok(()));
        provider.learn().await;
        let asked = cloud.probes().len();
        assert_eq!(asked, 1);
        provider.learn().await;
        assert_eq!(cloud.probes().len(), asked, "asked once");
        assert_eq!(go_on(&provider).await.1, Ok(()));
        let json = findings.changed().unwrap();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let later = one(Arc::new(Findings::read(json.as_bytes(), now)));
        assert_eq!(go_on(&later).await.1, Ok(()));
        later.learn().await;
        assert_eq!(cloud.probes().len(), asked, "and never again");
        let ways: Vec<&str> = cloud.chats().iter().map(|chat| chat.hand_over()).collect();
        let way = if dialect == Dialect::OpenAi { "continue_final_message" } else { "trailing" };
        assert_eq!(ways, ["instruction", way, way]);
    }
}

#[tokio::test]
async fn a_probe_does_not_take_the_warm_connection_and_gives_way_to_a_turn() {
    let cloud = plays(Script::of([Reply::says([" Canberra."]), Reply::says([" Canberra."]).first_after(400)]));
    let provider = Arc::new(provider(&cloud, Dialect::OpenAi));
    assert_eq!(go_on(&provider).await.1, Ok(()));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let background = tokio::spawn({
        let provider = provider.clone();
        async move { provider.learn().await }
    });
    while cloud.probes().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = cloud.connections();
    cloud.play(Script::of([Reply::says([" Canberra."])]));
    assert_eq!(go_on(&provider).await.1, Ok(()));
    assert_eq!(cloud.connections(), before, "the turn has the warm connection");
    background.await.unwrap();
    assert_eq!(provider.way(), HandOver::Instruction, "the probe was given up, and nothing is held against the server");
}

#[tokio::test]
async fn whoever_never_answered_is_not_asked_more() {
    let cloud = plays(Script::of([Reply::refuses(500)]));
    let provider = provider(&cloud, Dialect::OpenAi);
    assert!(go_on(&provider).await.1.is_err());
    provider.learn().await;
    assert!(cloud.probes().is_empty());
    assert_eq!(provider.learn_now().await, Err(CloudError::Status(500)));
    assert_eq!(provider.way(), HandOver::Instruction);
}

#[tokio::test]
async fn a_model_that_only_thinks_is_handed_sentences_by_words() {
    let thinks = Reply::default().after_reasoning(&["hm"]).then(Fault::Length);
    let cloud = plays(Script { owned_by: "llamacpp".into(), ..Script::of([thinks]) });
    let learned = provider(&cloud, Dialect::OpenAi).learn_now().await.unwrap();
    assert_eq!((learned.hand_over, learned.seen), (HandOver::Instruction, Some(Seen::Silent)));
    assert_eq!(cloud.probes()[0].body["chat_template_kwargs"]["enable_thinking"], false);
}
