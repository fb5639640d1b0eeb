//! Shards with a correct frame and damaged content: nothing that a server can
//! send makes the engine panic, loop for ever or use unlimited memory.

use std::collections::BTreeMap;
use std::fs;

use ::search::engine::{Engine, Stop};
use ::search::format::boot::Boot;
use ::search::format::{FormatError, ShardId, ShardKind, frame};
use ::search::request::Request;

use crate::search::built;

/// A small random number generator, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// A payload with a few bytes changed, removed or inserted, or only random
    /// bytes.
    fn damaged(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = payload.to_vec();
        if self.below(12) == 0 {
            let len = self.below(400);
            return (0..len).map(|_| self.below(256) as u8).collect();
        }
        for _ in 0..1 + self.below(4) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 if !bytes.is_empty() => bytes.truncate(at),
                1 => bytes.insert(at, self.below(256) as u8),
                2 if !bytes.is_empty() => bytes[at] = 0xff,
                _ if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                _ => {}
            }
        }
        bytes
    }
}

#[test]
fn damaged_content_is_survived() {
    // No query of this site needs more rounds.
    const MOST_ROUNDS: usize = 40;
    let site = built();
    let folder = site.folder.path().join("public/search");
    let boot = fs::read(folder.join("boot.bin")).expect("a boot file");
    let queries = [
        "五必谈",
        "责",
        "\"四种形态\" -天津",
        "(天津 谈话) OR 标题:容错",
        "地区:天津市 第7条",
        "wubitan",
        "无必谈",
        "對黨員領導幹部來說責任和權力職務是對等的權力有多大責任就有多大",
    ];
    let mut random = Random(0x5eed_1e55);
    let mut payloads: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut refused = 0;
    let mut answered = 0;
    for round in 0..600 {
        let mut engine = Engine::open(&boot).expect("our own boot file");
        // Only one kind of shard is damaged, so that the engine reaches it
        // through the others.
        let kind = ShardKind::SHARDED[round % ShardKind::SHARDED.len()];
        let mut request = Request::new(queries[random.below(queries.len())]);
        request.facets = true;
        request.explain = true;
        request.suggest = kind == ShardKind::Names && random.below(2) == 0;
        let mut rounds = 0;
        loop {
            rounds += 1;
            assert!(rounds < MOST_ROUNDS, "{request:?} goes on for ever");
            let step = if request.suggest {
                engine.suggest(&request).map(|_| ())
            } else {
                engine.search(&request).map(|_| ())
            };
            let needed: Vec<ShardId> = match step {
                Err(Stop::Need(needed)) => needed,
                Ok(()) => {
                    answered += 1;
                    break;
                }
                Err(Stop::Bad(_)) => {
                    refused += 1;
                    break;
                }
            };
            let mut is_refused = false;
            for id in needed {
                let path = engine.path(id).expect("a path");
                let payload = payloads.entry(path).or_insert_with_key(|path| {
                    let file = fs::read(folder.join(format!("{path}.bin"))).expect("a shard");
                    frame::open(id, &file).expect("our own shard")
                });
                let payload = if id.kind == kind {
                    random.damaged(payload)
                } else {
                    payload.clone()
                };
                let mut file = frame::seal(id, &payload);
                frame::bind(&mut file, engine.boot().group(id).expect("a group"));
                is_refused |= engine.supply(id, &file).is_err();
            }
            if is_refused {
                refused += 1;
                break;
            }
        }
    }
    // Some damage is detected; some only changes a letter, which can't be
    // detected.
    assert!(refused > 100, "only {refused} refused");
    assert!(answered > 50, "only {answered} answered");
}

#[test]
fn a_shard_of_another_build_is_noticed_under_any_name() {
    let site = built();
    let folder = site.folder.path().join("public/search");
    let boot = fs::read(folder.join("boot.bin")).expect("a boot file");
    let mut engine = Engine::open(&boot).expect("our own boot file");
    for kind in ShardKind::SHARDED {
        let id = ShardId { kind, number: 0 };
        let Some(path) = engine.path(id) else {
            continue;
        };
        let file = fs::read(folder.join(format!("{path}.bin"))).expect("a shard");
        assert_eq!(engine.supply(id, &file), Ok(()));
        // The same number and valid checksums, but made with other neighbours.
        let mut other = file.clone();
        frame::bind(&mut other, &[0x5a; 5]);
        assert_eq!(engine.supply(id, &other), Err(FormatError::WrongShard));
    }
}

#[test]
fn a_damaged_boot_file_is_survived() {
    let site = built();
    let folder = site.folder.path().join("public/search");
    let file = fs::read(folder.join("boot.bin")).expect("a boot file");
    let payload = frame::open(frame::BOOT, &file).expect("our own boot file");
    let mut random = Random(0xb007);
    for _ in 0..2_000 {
        let damaged = frame::seal(frame::BOOT, &random.damaged(&payload));
        let Ok(boot) = Boot::decode(&damaged) else {
            continue;
        };
        // Opening allocates memory according to what the boot file claims.
        assert!(boot.shards(ShardKind::Postings) < 1 << 24);
        let engine = Engine::open(&damaged).expect("it was decoded");
        let _ = engine.search(&Request::new("监督责任"));
    }
}
