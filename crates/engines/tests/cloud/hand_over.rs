//! How a begun sentence is handed over, and what happens within the same turn when a server will not have it.

use std::sync::Arc;

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::finding::Findings;
use segue_engines::cloud::hand_over::HandOver;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::{Prefill, Prefills, Reply, Script, ScriptedCloud};
use segue_runtime::port::CloudError;

use crate::support::{BOTH, base, config, go_on, plays};

fn cloud(owned_by: &str, prefill: Prefills) -> ScriptedCloud {
    plays(Script { owned_by: owned_by.into(), prefill, ..Script::of([Reply::says([" Can", "berra."])]) })
}

/// A provider that takes its way from the table: by the owner, or by an old Claude's name.
fn known(cloud: &ScriptedCloud, dialect: Dialect, findings: &Arc<Findings>) -> Provider {
    let model = (dialect == Dialect::Anthropic).then(|| "claude-sonnet-4-5".to_owned());
    let findings = findings.clone();
    Provider::new(ProviderConfig { model, findings, ..config(dialect, &base(cloud, dialect)) }).unwrap()
}

fn ways(cloud: &ScriptedCloud) -> Vec<&'static str> {
    cloud.chats().iter().map(|chat| chat.hand_over()).collect()
}

#[tokio::test]
async fn a_known_server_gets_the_opener_as_the_beginning_of_its_reply() {
    for (owner, way) in
        [("llamacpp", "trailing"), ("library", "trailing"), ("vllm", "continue_final_message"), ("me", "instruction")]
    {
        let cloud = cloud(owner, Prefills::default());
        assert_eq!(go_on(&known(&cloud, Dialect::OpenAi, &Arc::default())).await, (" Canberra.".into(), Ok(())));
        assert_eq!(ways(&cloud), [way], "{owner}");
        assert_eq!(cloud.chats()[0].opener(), "The capital of Australia is");
    }
    let cloud = cloud("anthropic", Prefills::default());
    assert_eq!(go_on(&known(&cloud, Dialect::Anthropic, &Arc::default())).await, (" Canberra.".into(), Ok(())));
    assert_eq!(ways(&cloud), ["trailing"]);
}

#[tokio::test]
async fn a_refusal_an_echo_or_a_new_answer_is_asked_again_within_the_turn_and_remembered() {
    for prefill in [Prefill::Refuses, Prefill::Echoes, Prefill::Anew] {
        for dialect in BOTH {
            let cloud = cloud("llamacpp", Prefills::All(prefill));
            let findings = Arc::new(Findings::default());
            let provider = known(&cloud, dialect, &findings);
            assert_eq!(go_on(&provider).await, (" Canberra.".into(), Ok(())), "{dialect:?} {prefill:?}");
            assert_eq!(ways(&cloud), ["trailing", "instruction"]);
            assert_eq!(provider.way(), HandOver::Instruction);
            assert_eq!(go_on(&provider).await.1, Ok(()));
            assert_eq!(ways(&cloud)[2..], ["instruction"], "the next turn asks by instruction at once");
            assert_eq!(go_on(&known(&cloud, dialect, &findings)).await.1, Ok(()));
            assert_eq!(ways(&cloud)[3..], ["instruction"], "and so does the next run");
        }
    }
}

#[tokio::test]
async fn a_refused_mark_is_left_out_before_the_sentence_is_put_into_words() {
    let by_mark = Prefills::ByMark {
        trailing: Prefill::Continues,
        continue_final_message: Prefill::Refuses,
        prefix: Prefill::Anew,
        partial: Prefill::Anew,
    };
    let cloud = cloud("vllm", by_mark);
    let provider = known(&cloud, Dialect::OpenAi, &Arc::default());
    assert_eq!(go_on(&provider).await, (" Canberra.".into(), Ok(())));
    assert_eq!(ways(&cloud), ["continue_final_message", "trailing"]);
    assert_eq!(provider.way(), HandOver::TrailingAssistant);
}

#[tokio::test]
async fn a_refusal_that_has_another_reason_is_not_held_against_the_prefill() {
    let cloud = plays(Script { owned_by: "llamacpp".into(), ..Script::of([Reply::refuses(400)]) });
    let provider = known(&cloud, Dialect::OpenAi, &Arc::default());
    assert_eq!(go_on(&provider).await, (String::new(), Err(CloudError::Status(400))));
    assert_eq!(ways(&cloud), ["trailing", "instruction"]);
    assert_eq!(provider.way(), HandOver::TrailingAssistant);
}

#[tokio::test]
async fn other_refusals_are_not_asked_again() {
    for status in [401, 404, 429, 500] {
        let cloud = plays(Script { owned_by: "llamacpp".into(), ..Script::of([Reply::refuses(status)]) });
        assert!(go_on(&known(&cloud, Dialect::OpenAi, &Arc::default())).await.1.is_err());
        assert_eq!(ways(&cloud), ["trailing"], "{status}");
    }
}

#[tokio::test]
async fn a_configured_way_is_the_first_that_is_tried() {
    let cloud = cloud("me", Prefills::default());
    let hand_over = Some(HandOver::PrefixTrue);
    let config = ProviderConfig { hand_over, ..config(Dialect::OpenAi, &cloud.base()) };
    assert_eq!(go_on(&Provider::new(config).unwrap()).await.1, Ok(()));
    assert_eq!(ways(&cloud), ["prefix"]);
}
