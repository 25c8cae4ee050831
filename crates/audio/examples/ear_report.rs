use segue_audio::{EAR_RATE, endpointer::*, level, resample, vad::*, wav};
fn run(x: &[f32], c: &EndpointerConfig) -> (Vec<Boundary>, f32) {
    let mut v = Earshot::default(); let mut e = Endpointer::new(c.clone());
    let mut padded = x.to_vec(); padded.resize(x.len() + 16000 * 2, 0.0);
    let mut out = vec![]; let mut m = 0f32;
    for f in padded.chunks_exact(256) { let p = v.probability(f); m = m.max(p); out.extend(e.push(p, f)); }
    (out, m)
}
fn pct(v: &mut Vec<f64>, q: f64) -> f64 { if v.is_empty() { return f64::NAN } v.sort_by(|a, b| a.total_cmp(b)); v[((v.len() - 1) as f64 * q).round() as usize] }
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let mut clips = vec![]; let mut noise = vec![];
    for f in std::fs::read_dir(&dir).unwrap() { let p = f.unwrap().path(); if p.extension().is_some_and(|e| e == "wav") {
        let r = wav::read(&p).unwrap(); let x = resample::to_ear(&r.samples, r.rate).unwrap();
        if p.to_string_lossy().contains("noise") { noise = x } else { clips.push((p.file_name().unwrap().to_string_lossy().to_string(), x)) } } }
    clips.sort_by(|a, b| a.0.cmp(&b.0));
    for hang in [300u32, 500] { for off in [0.3f32, 0.4, 0.5, 0.6] { for snr in [f32::INFINITY, 20.0, 10.0, 5.0] {
        let c = EndpointerConfig { offset_probability: off, hangover_ms: hang, ..Default::default() };
        let (mut err, mut wait, mut startd) = (vec![], vec![], vec![]); let (mut splits, mut missed, mut open) = (0, 0, 0);
        for (name, x) in &clips {
            let truth = level::audible(x, EAR_RATE).unwrap();
            let sp = level::power(&x[truth.clone()]); let np = level::power(&noise);
            let g = if snr.is_finite() { (sp / np / 10f32.powf(snr / 10.0)).sqrt() } else { 0.0 };
            let y: Vec<f32> = x.iter().zip(noise.iter().cycle()).map(|(a, b)| a + g * b).collect();
            let (b, _) = run(&y, &c);
            let n = b.iter().filter(|b| matches!(b, Boundary::Started { .. })).count();
            let last = b.iter().rev().find_map(|b| if let Boundary::Ended { voice_end, decided_at } = b { Some((*voice_end, *decided_at)) } else { None });
            let first = b.iter().find_map(|b| if let Boundary::Started { sample } = b { Some(*sample) } else { None });
            if n == 0 { missed += 1; if std::env::var("V").is_ok() { println!("missed {name}"); } continue }
            if n > 1 { splits += 1; if std::env::var("V").is_ok() { println!("split {name} {b:?} truth {truth:?}"); } }
            let Some((ve, d)) = last else { open += 1; continue };
            let e = (ve as f64 - truth.end as f64) / 16.0;
            if std::env::var("V").is_ok() && e.abs() > 40.0 { println!("{name} end err {e}  {b:?} truth {truth:?}"); }
            err.push(e); wait.push((d as f64 - truth.end as f64) / 16.0); startd.push((first.unwrap() as f64 - truth.start as f64) / 16.0);
        }
        println!("hang {hang} off {off} snr {snr}: missed {missed} split {splits} open {open} | end err p0 {:.0} p5 {:.0} p50 {:.0} p95 {:.0} p100 {:.0} | decided p50 {:.0} p95 {:.0} p100 {:.0} | start p0 {:.0} p50 {:.0} p100 {:.0}",
            pct(&mut err, 0.0), pct(&mut err, 0.05), pct(&mut err, 0.5), pct(&mut err, 0.95), pct(&mut err, 1.0), pct(&mut wait, 0.5), pct(&mut wait, 0.95), pct(&mut wait, 1.0), pct(&mut startd, 0.0), pct(&mut startd, 0.5), pct(&mut startd, 1.0));
    }}}
    for gain in [0.1f32, 0.3, 1.0, 2.0, 4.0] { let y: Vec<f32> = noise.iter().map(|s| s * gain).collect(); let (b, m) = run(&y, &Default::default()); println!("noise x{gain} ({:.0} dBFS): max p {m:.3} {b:?}", level::dbfs(level::power(&y))); }
}
