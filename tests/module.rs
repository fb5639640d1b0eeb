//! The compiled search module against the natively compiled engine: the same
//! answers, with scores equal to the bit.

use std::fs;
use std::path::Path;

use ::search::engine::{Engine, Stop};
use ::search::present;
use ::search::request::Request;
use wasmi::{Instance, Linker, Memory, Module, Store, TypedFunc};

use crate::search::built;
use crate::support::repository;

/// The module in an interpreter.
struct Machine {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Machine {
    fn new() -> Self {
        let code = fs::read(repository("src/browser_engine/engine.wasm")).expect("committed");
        let engine = wasmi::Engine::default();
        let module = Module::new(&engine, &code).expect("a module");
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine)
            .instantiate_and_start(&mut store, &module)
            .expect("it asks nothing of its host");
        let memory = instance
            .get_memory(&store, "memory")
            .expect("a memory is exported");
        Self {
            store,
            instance,
            memory,
        }
    }

    fn function<P: wasmi::WasmParams, R: wasmi::WasmResults>(&self, name: &str) -> TypedFunc<P, R> {
        self.instance
            .get_typed_func(&self.store, name)
            .expect("exported")
    }

    /// Passes bytes to an export and returns its status and its output.
    fn call(&mut self, name: &str, id: Option<u32>, bytes: &[u8]) -> (i32, String) {
        let len = bytes.len() as i32;
        let at = self
            .function::<i32, i32>("alloc")
            .call(&mut self.store, len)
            .expect("it does not trap");
        self.memory
            .write(&mut self.store, at as usize, bytes)
            .expect("reserved");
        let status = match id {
            Some(id) => self
                .function::<(i32, i32, i32), i32>(name)
                .call(&mut self.store, (id as i32, at, len)),
            None => self
                .function::<(i32, i32), i32>(name)
                .call(&mut self.store, (at, len)),
        };
        let status = status.expect("it does not trap");
        self.function::<(i32, i32), ()>("free")
            .call(&mut self.store, (at, len))
            .expect("it does not trap");
        let number = |machine: &mut Self, name: &str| {
            let function = machine.function::<(), i32>(name);
            function.call(&mut machine.store, ()).expect("a number") as usize
        };
        let (at, len) = (number(self, "output_ptr"), number(self, "output_len"));
        let output = &self.memory.data(&self.store)[at..at + len];
        let text = String::from_utf8(output.to_vec()).expect("UTF-8");
        (status, text)
    }

    fn answer(&mut self, folder: &Path, request: &str) -> String {
        loop {
            let (status, text) = self.call("search", None, request.as_bytes());
            if status != 1 {
                return text;
            }
            let need: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for shard in need["need"].as_array().expect("a list") {
                let path = shard["path"].as_str().expect("a path");
                let file = fs::read(folder.join(format!("{path}.bin"))).expect("a shard");
                let id = shard["id"].as_u64().expect("a number") as u32;
                assert_eq!(self.call("supply", Some(id), &file).0, 0, "{path}");
            }
        }
    }
}

fn native_answer(engine: &mut Engine, folder: &Path, request: &str) -> String {
    let request = Request::decode(request);
    loop {
        let answered = if request.suggest {
            let proposals = engine.suggest(&request);
            proposals.map(|proposals| present::proposals_to_json(&request.query, &proposals))
        } else {
            engine.search(&request).map(|results| results.to_json(None))
        };
        let needed = match answered {
            Ok(json) => return json,
            Err(Stop::Need(needed)) => needed,
            Err(Stop::Bad(error)) => panic!("our own index: {error}"),
        };
        for id in needed {
            let path = engine.path(id).expect("a path");
            let file = fs::read(folder.join(format!("{path}.bin"))).expect("a shard");
            engine.supply(id, &file).expect("our own shard");
        }
    }
}

#[test]
fn the_module_answers_as_the_native_engine_to_the_bit() {
    let site = built();
    let folder = site.folder.path().join("public/search");
    let boot = fs::read(folder.join("boot.bin")).expect("a boot file");
    let mut machine = Machine::new();
    assert_eq!(machine.call("open", None, &boot).0, 0);
    let mut native = Engine::open(&boot).expect("our own boot file");
    let queries = [
        "五必谈",
        "天津 谈话",
        "监督责任",
        "一把手",
        "责",
        "(天津 谈话) OR “四责协同”",
        "标题:容错 地区:湖北省 -巡视",
        "第7条",
        "wubitan",
        "wbt",
        "无必谈",
        "5必谈",
        "對黨員領導幹部來說責任和權力職務是對等的，權力有多大責任就有多大",
        "没有这样的东西zzz",
        "“",
        "((((",
        "\u{0}\u{7}",
        "",
    ];
    let heads = [
        "limit=50\nexplain=1\nfacets=1\n",
        "sort=date\nexplain=1\nfilter=type:practice\n",
        "suggest=1\n",
    ];
    for query in queries {
        for head in heads {
            let request = format!("{head}\n{query}");
            let compiled = machine.answer(&folder, &request);
            let expected = native_answer(&mut native, &folder, &request);
            assert_eq!(compiled, expected, "{request}");
        }
    }
}

/// Files of random bytes, whole files with one byte changed, and truncated
/// files are refused; the module keeps working.
#[test]
fn the_module_survives_damaged_files() {
    let site = built();
    let folder = site.folder.path().join("public/search");
    let boot = fs::read(folder.join("boot.bin")).expect("a boot file");
    let mut machine = Machine::new();
    for damage in 0..40 {
        let mut file = boot.clone();
        match damage % 3 {
            0 => file.truncate(damage * 5),
            1 => file[damage * 3] ^= 1 << (damage % 8),
            _ => file = (0..damage * 9).map(|i| (i * 31 + damage) as u8).collect(),
        }
        let (status, text) = machine.call("open", None, &file);
        assert_eq!(status, 2, "{damage}");
        assert!(text.contains("code"), "{text}");
    }
    let (status, _) = machine.call("search", None, "\n责任".as_bytes());
    assert_eq!(status, 2, "no index is open");
    assert_eq!(machine.call("open", None, &boot).0, 0);
    assert!(machine.answer(&folder, "\n责任").contains("hits"));
}
