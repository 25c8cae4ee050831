//! Where a voice's graph is so narrow that everything on the way from the phonemes to the sound goes through one
//! tensor: there it can be cut.
//!
//! The first such place from which on all runs [in pieces](super::reach) ends the encoder: in a Piper voice that is
//! where the flow begins, whose layers and the decoder see a few moments at a time. What follows is cut again wherever
//! a piece would otherwise have to drag much context through everything behind it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::onnx::{Graph, Weight};
use super::reach::Reader;

/// Most tensors that may cross a cut: one that the sound goes through, and one that the flow is masked with.
const MOST_ACROSS: usize = 2;

/// A stage that needs this many frames of context to either side is cut off from what follows it: with it, whatever
/// follows would be computed for those frames, too. One layer of a Piper voice's flow needs 8, its decoder down to the
/// second transposed convolution 10, all of the rest 2.
const WORTH_CUTTING: f64 = 6.0;

/// The places of the cuts, from the encoder's end to before the last stage. Each names the tensors that cross it: those of
/// the first are the encoder's, at each other one is new.
pub struct Cuts<'a> {
    /// At least one.
    pub across: Vec<Vec<&'a str>>,
}

/// Finds the cuts between `asked`, the inputs that change with what is said, and `sound`. `needed` are the places of the
/// nodes that the sound needs; all nodes stand in an order in which they can run.
pub fn cuts<'a>(
    graph: &'a Graph<'a>,
    weights: &'a HashMap<&'a str, &'a Weight<'a>>,
    needed: &HashSet<usize>,
    asked: &[&'a str],
    sound: &'a str,
) -> Result<Cuts<'a>, String> {
    let moving = moving(graph, needed, asked);
    let across = across(graph, &moving, sound);
    let mut why = "it has no place from which on sound can be made in pieces".to_owned();
    let mut start = 0;
    while let Some(given) = across.get(start) {
        start = match given.as_ref().filter(|given| !given.iter().any(|name| asked.contains(name))) {
            Some(given) => match follow(graph, weights, &moving.nodes, &across, start, given, sound) {
                Ok(Some(across)) => return Ok(Cuts { across }),
                Ok(None) => break,
                Err((node, refusal)) => {
                    why = refusal;
                    // From any place before this node it would be met again; it lies behind `start`.
                    node
                }
            },
            None => start + 1,
        };
    }
    Err(why)
}

/// What depends on what is said.
struct Moving<'a> {
    tensors: HashSet<&'a str>,
    /// Places of the nodes that make it, in order.
    nodes: Vec<usize>,
}

fn moving<'a>(graph: &Graph<'a>, needed: &HashSet<usize>, asked: &[&'a str]) -> Moving<'a> {
    let mut moving = Moving { tensors: asked.iter().copied().collect(), nodes: Vec::new() };
    for (place, node) in graph.nodes.iter().enumerate().filter(|(place, _)| needed.contains(place)) {
        if node.inputs.iter().any(|input| moving.tensors.contains(input)) {
            moving.tensors.extend(node.outputs.iter().filter(|output| !output.is_empty()));
            moving.nodes.push(place);
        }
    }
    moving
}

/// For each of the moving nodes the tensors that are made up to it and read behind it, if they are few.
fn across<'a>(graph: &'a Graph<'a>, moving: &Moving<'a>, sound: &'a str) -> Vec<Option<Vec<&'a str>>> {
    let mut across = vec![None; moving.nodes.len()];
    let mut live = BTreeSet::from([sound]);
    for (index, &place) in moving.nodes.iter().enumerate().rev() {
        if live.len() <= MOST_ACROSS {
            across[index] = Some(live.iter().copied().collect());
        }
        let node = &graph.nodes[place];
        node.outputs.iter().for_each(|output| {
            live.remove(output);
        });
        live.extend(node.inputs.iter().filter(|input| moving.tensors.contains(*input)));
    }
    across
}

/// Follows time from behind the moving node `start` to the sound. Gives the cuts, or none when nothing is left that
/// makes sound of frames; or the index of the node that cannot run in pieces, and why.
fn follow<'a>(
    graph: &'a Graph<'a>,
    weights: &'a HashMap<&'a str, &'a Weight<'a>>,
    nodes: &[usize],
    across: &[Option<Vec<&'a str>>],
    start: usize,
    given: &[&'a str],
    sound: &'a str,
) -> Result<Option<Vec<Vec<&'a str>>>, (usize, String)> {
    let mut reader = Reader::new(weights, given);
    for node in graph.nodes.iter().filter(|node| node.operator == "Constant") {
        // One that cannot be read makes no axes.
        let _ = reader.read(node);
    }
    let mut cuts = vec![given.to_vec()];
    let mut behind = 0.0;
    for index in start + 1..nodes.len() {
        reader.read(&graph.nodes[nodes[index]]).map_err(|why| (index, why))?;
        let Some(across) = across[index].as_ref().filter(|_| index + 1 < nodes.len()) else { continue };
        let mut new = across.iter().filter(|name| !given.contains(name));
        let (Some(made), None) = (new.next(), new.next()) else { continue };
        // What the encoder gave runs at its own rate.
        let fits = |rate| across.len() == 1 || rate == 1;
        if let Some(timed) =
            reader.timed(made).filter(|timed| fits(timed.rate) && timed.context - behind >= WORTH_CUTTING)
        {
            behind = timed.context;
            cuts.push(across.clone());
        }
    }
    Ok(reader.timed(sound).filter(|sound| sound.rate > 1).map(|_| cuts))
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{MadeUp, conv, op};
    use super::super::onnx::Model;
    use super::*;

    fn found(voice: &MadeUp) -> Result<Vec<String>, String> {
        let file = voice.bytes();
        let graph = Model::read(&file).unwrap().graph;
        let weights = graph.weights.iter().map(|weight| (weight.name, weight)).collect();
        let needed = (0..graph.nodes.len()).collect();
        let asked: Vec<&str> = graph.inputs.iter().take(3).map(|input| input.name).collect();
        let cuts = cuts(&graph, &weights, &needed, &asked, "sound")?;
        Ok(cuts.across.iter().map(|across| across.join(" ")).collect())
    }

    #[test]
    fn a_voice_without_a_flow_is_cut_at_its_decoder() {
        assert_eq!(found(&MadeUp::voice()).unwrap(), ["5"]);
        assert_eq!(found(&MadeUp::speakers()).unwrap(), ["5"]);
    }

    #[test]
    fn a_flow_is_cut_off_behind_the_noise_and_between_its_layers() {
        assert_eq!(found(&MadeUp::flow()).unwrap(), ["mask zp", "mask z0"]);
        let mut two = MadeUp::flow();
        let mut again = MadeUp::coupling();
        again.rename("2", &["axes", "starts", "ends", "steps", "halves", "mask"]);
        again.nodes[0].inputs[0] = "z";
        let at = two.nodes.iter().position(|node| node.outputs == ["6"]).unwrap();
        two.nodes[at].inputs[0] = "z2";
        two.weights.extend(again.weights.clone());
        two.nodes.splice(at..at, again.nodes);
        assert_eq!(found(&two).unwrap(), ["mask zp", "mask z0", "mask z02"]);
    }

    #[test]
    fn layers_with_little_context_stay_together() {
        let mut voice = MadeUp::flow();
        let wide = voice.nodes.iter_mut().find(|node| node.outputs == ["in"]).unwrap();
        *wide = conv("Conv", &["pre_masked", "enc.in.weight"], "in", &[1], &[1], &[2, 2]);
        // 2 frames of the flow, 4 of the decoder down to its first transposed convolution.
        assert_eq!(found(&voice).unwrap(), ["mask zp", "8"]);
    }

    #[test]
    fn a_flow_that_looks_at_any_moment_stays_with_the_encoder() {
        let mut voice = MadeUp::flow();
        let tanh = voice.nodes.iter_mut().find(|node| node.operator == "Tanh").unwrap();
        tanh.operator = "Softmax";
        // Behind it three tensors cross; the next place is where the layer ends.
        assert_eq!(found(&voice).unwrap(), ["mask z0"]);
    }

    #[test]
    fn what_makes_no_sound_of_frames_is_refused() {
        let mut voice = MadeUp::voice();
        voice.nodes.retain(|node| !node.operator.starts_with("Conv") && node.operator != "Add");
        voice.node("LeakyRelu").inputs[0] = "5";
        voice.node("Tanh").inputs[0] = "7";
        assert!(found(&voice).is_err());
        voice.nodes.push(op("Softmax", &["sound"], "unused"));
        assert!(found(&voice).is_err());
    }
}
