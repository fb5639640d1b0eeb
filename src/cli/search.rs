//! `zhize search`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::{Args, ValueEnum};
use search::present::{Place, Results, Say};
use search::request::{MAX_LIMIT, Request, Sort};
use time::macros::format_description;
use time::{Date, OffsetDateTime};
use zhize::dates;
use zhize::disk;
use zhize::explain::explain;
use zhize::library::axis::facets;
use zhize::lookup::{Lookup, StaticEngine, TantivyEngine, UnitHit, say};

use zhize::words::{Language, Words};

use super::command::{CLEAN, EXIT_CODES, HELP, SiteArgs};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize search 五必谈
  zhize search '“第一责任人” -巡视' --limit 5
  zhize search 约谈 --filter type=practice --filter region=120000
  zhize search 问责 --engine static --json
  zhize search --batch 检索词.tsv --run 结果.tsv";

const SYNTAX: &str = "\
检索词的写法：
  词1 词2            含全部词的排在前面，只含部分词的排在后面
  \"引号短语\"         与引号内完全一致；引号前后须有空格
  -词，NOT 词        不含该词；也可写 -(甲 乙)、-标题:甲、-地区:天津
  甲 OR 乙，甲|乙     含其中任一词；可加括号，如 (甲 乙) OR 丙
  标题:甲            标题中含该词
  地区:天津          按条件筛选；年份:2018..2021 为起止年份
  问责条例第7条      直接定位条文；可写到第二款、第（三）项
  wubitan，wbt       全拼或首字母
";

/// The help on the values of `--filter`, from the table of facets.
fn filters() -> String {
    let keys: Vec<&str> = facets().map(|(key, _)| key).collect();
    let keys = keys.join("、");
    format!("可以筛选的字段：{keys}；\n同一字段的多个值为“或”，不同字段之间为“且”。")
}

/// 在命令行检索
///
/// 检索上一次 zhize build 建立的索引。tantivy 引擎读取 search-index/ 中的索引，
/// static 引擎读取已生成网站中供浏览器使用的索引，两者结果相同。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize search <检索词> [选项]\n      zhize search --batch <文件> --run <文件> [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{SYNTAX}\n\n{}\n\n{EXAMPLES}\n\n{EXIT_CODES}", filters()),
)]
pub struct SearchArgs {
    /// 检索词；可分为几个参数
    #[arg(
        value_name = "检索词",
        help_heading = "参数",
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    query: Vec<String>,

    #[command(flatten)]
    site: SiteArgs,

    /// 列出条目的最大数量（默认：10）
    #[arg(
        short = 'n',
        long,
        value_name = "个数",
        default_value = "10",
        hide_default_value = true,
        value_parser = limit
    )]
    limit: usize,

    /// 筛选条件，如 type=practice；可写多次
    #[arg(short, long, value_name = "字段=值", value_parser = filter)]
    filter: Vec<(String, String)>,

    /// 说明每条结果的得分构成
    #[arg(long)]
    explain: bool,

    /// 同时检索历史文本
    #[arg(long)]
    versions: bool,

    /// 检索该日有效的文本，如 2015-06-01；不写为当天
    #[arg(long, value_name = "日期", value_parser = day)]
    on: Option<u32>,

    /// 同时列出只含个别字词的条目
    #[arg(long)]
    all: bool,

    /// 按原样检索，不按拼音和同音字改正
    #[arg(long)]
    exact: bool,

    /// 按日期由新到旧排列；不写则按相关度排列
    #[arg(long)]
    by_date: bool,

    /// 输出 JSON，内容与页面中 zhize.search() 的结果相同
    #[arg(long)]
    json: bool,

    /// 引擎：tantivy 或 static；默认 tantivy
    #[arg(
        long,
        value_name = "引擎",
        value_enum,
        default_value = "tantivy",
        hide_default_value = true,
        hide_possible_values = true
    )]
    engine: EngineName,

    /// 已生成的网站，供 static 引擎使用（默认：知识库目录下的 public）
    #[arg(short, long, value_name = "目录")]
    output: Option<PathBuf>,

    /// 批量检索：每行“编号<Tab>检索词”的文件
    #[arg(long, value_name = "文件", requires = "run")]
    batch: Option<PathBuf>,

    /// 批量检索的结果：每行“编号、页面#锚点、名次、得分”，以 Tab 分隔
    #[arg(long, value_name = "文件", requires = "batch")]
    run: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Tantivy,
    Static,
}

fn limit(written: &str) -> Result<usize, String> {
    written
        .parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| format!("应为 1 到 {MAX_LIMIT} 的整数"))
}

fn filter(written: &str) -> Result<(String, String), String> {
    let written = written.replace('＝', "=");
    let (key, value) = match written.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => (key, value),
        _ => return Err("写作“字段=值”，如 type=practice".to_owned()),
    };
    let keys: Vec<&str> = facets().map(|(key, _)| key).collect();
    if !keys.contains(&key) {
        return Err(format!(
            "没有“{key}”这一字段；可用的字段为 {}",
            keys.join("、")
        ));
    }
    Ok((key.to_owned(), value.to_owned()))
}

/// The values of the filtered facets that the query finds without filters, if
/// the filters leave nothing and some of them are not among these.
fn known_values(args: &SearchArgs, engine: &mut dyn Lookup, query: &str) -> anyhow::Result<String> {
    let request = Request {
        filters: Vec::new(),
        facets: true,
        ..args.request(query)
    };
    let counts = engine.search(&request)?.facets.unwrap_or_default();
    let mut text = String::new();
    for (key, value) in &args.filter {
        let Some(facet) = counts.iter().find(|facet| facet.key == *key) else {
            continue;
        };
        if facet.values.iter().any(|(known, _, _)| known == value) {
            continue;
        }
        let values = facet.values.iter();
        let values: Vec<String> = values
            .map(|(value, label, count)| format!("{value}（{label}，{count} 个）"))
            .collect();
        text += &format!(
            "符合检索词的条目里，没有 {key}={value} 的；有的值：{}\n",
            values.join("、")
        );
    }
    Ok(text)
}

/// Today where the regulations are in force.
fn beijing_day() -> u32 {
    dates::number((OffsetDateTime::now_utc() + time::Duration::hours(8)).date())
}

fn day(text: &str) -> Result<u32, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map(dates::number)
        .map_err(|_| "应为日期，如 2015-06-01".to_owned())
}

impl SearchArgs {
    fn request(&self, query: &str) -> Request {
        Request {
            limit: self.limit,
            filters: self.filter.clone(),
            explain: self.explain,
            versions: self.versions,
            today: Some(self.on.unwrap_or_else(beijing_day)),
            plain: self.exact,
            all: self.all,
            // Further places on a page; text output prints the best of them.
            more: !self.json,
            sort: if self.by_date {
                Sort::Date
            } else {
                Sort::Relevance
            },
            ..Request::new(query)
        }
    }

    fn engine(&self) -> anyhow::Result<Box<dyn Lookup>> {
        Ok(match self.engine {
            EngineName::Tantivy => Box::new(TantivyEngine::open(&self.site.root)?),
            EngineName::Static => {
                let site = self.site.output_folder(self.output.as_deref());
                Box::new(StaticEngine::open(&site)?)
            }
        })
    }
}

/// Answers one query, or a file of them.
pub fn run(args: &SearchArgs) -> anyhow::Result<u8> {
    let mut engine = args.engine()?;
    match (&args.batch, &args.run) {
        (Some(batch), Some(run)) => answer_batch(args, engine.as_mut(), batch, run)?,
        _ => {
            let results = engine.search(&args.request(&args.query.join(" ")))?;
            // Messages for editors are in Chinese, whatever the site's
            // language.
            let words = Words::built_in(Language::SimplifiedChinese);
            let say = |code: &str, values: &[String]| say(&words, code, values);
            if args.json {
                output::print(&format!("{}\n", results.to_json(Some(&say))))?;
            } else {
                output::print(&in_words(&results, &say, output::coloured_output()))?;
                if results.listed == 0 && !args.filter.is_empty() {
                    let query = args.query.join(" ");
                    output::print(&known_values(args, engine.as_mut(), &query)?)?;
                }
            }
        }
    }
    Ok(CLEAN)
}

fn answer_batch(
    args: &SearchArgs,
    engine: &mut dyn Lookup,
    batch: &Path,
    run: &Path,
) -> anyhow::Result<()> {
    let failed = |verb: &str, path: &Path, error: &std::io::Error| {
        anyhow!("无法{verb} {}：{}", path.display(), explain(error))
    };
    let queries = fs::read_to_string(batch).map_err(|error| failed("读取", batch, &error))?;
    let mut lines = String::new();
    for (number, line) in queries.lines().enumerate() {
        if line.is_empty() || (number == 0 && line.starts_with("query_id\t")) {
            continue;
        }
        let Some((id, query)) = line.split_once('\t') else {
            bail!(
                "{} 第 {} 行缺少制表符；每行应为“编号<Tab>检索词”",
                batch.display(),
                number + 1
            );
        };
        let hits = engine.units(&args.request(query), args.limit)?;
        for (rank, hit) in hits.iter().enumerate() {
            let UnitHit {
                page,
                anchor,
                score,
            } = hit;
            let mark = if anchor.is_empty() { "" } else { "#" };
            lines += &format!("{id}\t{page}{mark}{anchor}\t{}\t{score}\n", rank + 1);
        }
    }
    disk::write_where_told(run, lines.as_bytes()).map_err(|error| failed("写入", run, &error))
}

/// How many further places on a page are printed below its best one.
const MORE_PLACES: usize = 2;

/// Results as lines of text.
fn in_words(results: &Results, say: Say, coloured: bool) -> String {
    let mut text = String::new();
    if let Some(suggestion) = &results.suggestion {
        let query = &suggestion.query;
        text += &if suggestion.used {
            format!("已按“{query}”检索；按原样检索请加 --exact\n")
        } else {
            format!("您是不是要找：{query}\n")
        };
        if !suggestion.alternatives.is_empty() {
            text += &format!("也可能是：{}\n", suggestion.alternatives.join("、"));
        }
    }
    for notice in &results.notices {
        text += &format!("{}\n", say(notice.kind, &notice.values));
    }
    let found = match (results.total, results.looser) {
        (0, 0) if results.listed > 0 => {
            format!("未找到相关条目，有 {} 个页面与检索词相符", results.listed)
        }
        (0, 0) => "未找到".to_owned(),
        (0, looser) => format!("未找到含全部检索词的条目，{looser} 个条目含部分检索词"),
        (total, 0) => format!("共找到 {total} 个条目"),
        (total, looser) => {
            format!("共找到 {total} 个条目，另有 {looser} 个条目只含部分检索词")
        }
    };
    let listed = match results.hits.len() {
        all if all == results.listed => String::new(),
        some => format!("，列出前 {some} 项"),
    };
    text += &format!("{found}{listed}\n");
    let mut is_looser = false;
    for (number, hit) in results.hits.iter().enumerate() {
        if !is_looser && Some(hit.level) != results.level && number > 0 {
            is_looser = true;
            text += "\n以下条目只含部分检索词：\n";
        }
        let title = hit.card.names.first().map_or("", String::as_str);
        let title = marked(title, &hit.title_marks, coloured);
        let facts: Vec<&str> = std::iter::once(hit.card.type_label.as_str())
            .chain(hit.card.meta.iter().map(String::as_str))
            .filter(|fact| !fact.is_empty())
            .collect();
        let facts = match facts[..] {
            [] => String::new(),
            _ => format!("  [{}]", facts.join(" · ")),
        };
        text += &format!("\n{}. {title}{facts}\n", number + 1);
        if !hit.alias.is_empty() {
            text += &format!("   别名：{}\n", hit.alias);
        }
        if let Some(validity) = hit.card.validity {
            let status = say(&format!("state-{}", validity.code()), &[]);
            text += &format!("   （{status}）\n");
        }
        text += &place(&hit.card.url, &hit.place, coloured);
        if hit.place.cited > 0 {
            text += &format!("   被引用 {} 处\n", hit.place.cited);
        }
        if let Some(explanation) = &hit.explain {
            for part in &explanation.parts {
                let key = format!("part-{}", part.kind.code());
                let label = say(&key, std::slice::from_ref(&part.term));
                text += &format!("      {:>8.2}  {label}\n", part.points);
            }
        }
        for more in hit.more.iter().take(MORE_PLACES) {
            text += &place(&hit.card.url, more, coloured);
        }
        if hit.further > MORE_PLACES {
            text += &format!("   本条目另有 {} 处匹配\n", hit.further - MORE_PLACES);
        }
    }
    if results.rest > 0 {
        text += &format!(
            "\n另有 {} 个条目只含个别字词，未列出；加 --all 全部列出\n",
            results.rest
        );
    }
    text
}

fn place(url: &str, place: &Place, coloured: bool) -> String {
    let mark = if place.anchor.is_empty() { "" } else { "#" };
    let label = if place.label.is_empty() {
        String::new()
    } else {
        format!("【{}】", place.label)
    };
    format!(
        "   {url}{mark}{}  ({:.2})\n   {label}{}\n",
        place.anchor,
        place.score,
        marked(&place.snippet, &place.marks, coloured)
    )
}

/// Makes the marked ranges of a text bold; ranges count UTF-16 units.
fn marked(text: &str, marks: &[(usize, usize)], coloured: bool) -> String {
    // Content must not be able to send control sequences to the terminal.
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    if !coloured {
        return text.chars().map(clean).collect();
    }
    let mut out = String::new();
    let mut at = 0;
    for c in text.chars() {
        if marks.iter().any(|(start, _)| *start == at) {
            out += "\u{1b}[1;33m";
        }
        out.push(clean(c));
        at += c.len_utf16();
        if marks.iter().any(|(_, end)| *end == at) {
            out += "\u{1b}[0m";
        }
    }
    out
}
