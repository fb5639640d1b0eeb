//! The list of all fields: a table, with one line for each field.

use std::sync::LazyLock;

use super::field::{Field, File, Form};
use crate::model::{
    BodyForm, CaseKind, Comparator, IntegrityState, OrganKind, PageType, PracticeLevel,
    RegulationKind, RegulationLevel, RelationKind, Responsibility, Role, Stage, Status, Vocabulary,
};

const fn field(
    table: &'static str,
    name: &'static str,
    label: &'static str,
    form: Form,
    example: &'static str,
    meaning: &'static str,
) -> Field {
    Field {
        file: File::Page,
        table,
        name,
        label,
        form,
        meaning,
        example,
        start: "",
        types: &[],
        required: false,
        may_be_unknown: false,
        values: None,
        shown: "",
    }
}

fn labels<V: Vocabulary>() -> Vec<&'static str> {
    V::ALL.iter().map(|value| value.label()).collect()
}

fn slugs<V: Vocabulary>() -> Vec<&'static str> {
    V::ALL.iter().map(|value| value.slug()).collect()
}

fn bases() -> Vec<&'static str> {
    vec!["stated", "inferred"]
}

fn body_forms() -> Vec<&'static str> {
    labels::<BodyForm>()
}

fn precisions() -> Vec<&'static str> {
    vec!["year", "month", "day"]
}

fn sort_orders() -> Vec<&'static str> {
    vec!["weight", "none", "slug"]
}

fn segment_kinds() -> Vec<&'static str> {
    vec!["heading", "body"]
}

const REGULATION: &[PageType] = &[PageType::Regulation];
const PRACTICE: &[PageType] = &[PageType::Practice];
const CASE: &[PageType] = &[PageType::Case];
const REGIONAL: &[PageType] = &[PageType::Regulation, PageType::Practice, PageType::Case];
const PRACTICE_CASE: &[PageType] = &[PageType::Practice, PageType::Case];
const CASE_TERM: &[PageType] = &[PageType::Case, PageType::Term];
const CASE_REGULATION: &[PageType] = &[PageType::Case, PageType::Regulation];
const OTHERS: &[PageType] = &[PageType::Practice, PageType::Case, PageType::Term];
const TERM: &[PageType] = &[PageType::Term];

const STATEMENT: &str = "{ text = \"……\", locator = \"P8\" }";

/// A sentence with the place that it comes from.
#[rustfmt::skip]
fn statement(table: &'static str, types: &'static [PageType]) -> Vec<Field> {
    let fields = vec![
        field(table, "text", "一句话", Form::Text, "\"……\"", "一句话，末尾不加句号").required().shown("同上"),
        basis(table).shown("推断的加以注明"),
        locator(table).required().shown("同上"),
    ];
    fields.into_iter().map(|field| field.of(types)).collect()
}

/// A value of a closed list, with the place that it comes from.
#[rustfmt::skip]
fn tag(table: &'static str, example: &'static str, values: fn() -> Vec<&'static str>) -> Vec<Field> {
    vec![
        field(table, "value", "值", Form::Text, example, "标签的值").required().one_of(values).shown("页首"),
        field(table, "basis", "依据", Form::Text, "\"stated\"", "`stated` 原文载明，`inferred` 本站推断").required().one_of(bases).shown("推断的加以注明"),
        field(table, "locator", "段号", Form::Text, "\"P8\"", "来源的段号，多处的写 \"P4、P6\"").required().shown("页首"),
        field(table, "note", "备注", Form::Text, "\"据上下文推断\"", "备注").shown("页首"),
    ]
}

/// A provision of a regulation.
#[rustfmt::skip]
fn provision(table: &'static str, types: &'static [PageType]) -> Vec<Field> {
    let fields = vec![
        field(table, "regulation", "制度", Form::Text, "\"@/regulations/x.md\"", "制度的页面").required().shown("页尾"),
        field(table, "provision", "条款", Form::Text, "\"第七条第二款\"", "条款，如 \"第七条第二款\"").or_unknown().shown("页尾、制度的那一条"),
        field(table, "basis", "依据", Form::Text, "\"stated\"", "`stated` 原文载明，`inferred` 本站推断").required().one_of(bases).shown("推断的加以注明"),
        locator(table).required().shown("页尾"),
        field(table, "note", "备注", Form::Text, "\"原文称“有关规定”\"", "备注").shown("页尾"),
    ];
    fields.into_iter().map(|field| field.of(types)).collect()
}

#[rustfmt::skip]
fn public() -> Field {
    field("extra", "public", "能否公开", Form::Boolean, "true", "文本能否公开；`false` 和 \"unknown\" 的只发布标题和要素").or_unknown().shown("不公开的只有标题和要素")
}

#[rustfmt::skip]
fn organ() -> Field {
    field("extra", "organ", "单位", Form::Texts, "[\"tianjin\"]", "单位，data/organs.toml 中的登记号").shown("页首、单位的列表")
}

#[rustfmt::skip]
fn region() -> Field {
    field("extra", "region", "地区", Form::Table, "{ code = \"120000\", name = \"天津市\" }", "地区，代码和名称应一致；全国写 { code = \"CN\", name = \"全国\" }；地方的制度必须写").shown("页首、地区的列表")
}

#[rustfmt::skip]
fn basis(table: &'static str) -> Field {
    field(table, "basis", "依据", Form::Text, "\"stated\"", "`stated` 原文载明，`inferred` 本站推断；不写则为 `stated`").one_of(bases)
}

#[rustfmt::skip]
fn locator(table: &'static str) -> Field {
    field(table, "locator", "段号", Form::Text, "\"P8\"", "来源的段号")
}

/// All fields, table by table, in the order in which pages write them.
pub static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let parts = [
        page(),
        extra(),
        practice(),
        case(),
        regulation(),
        term(),
        section(),
        registers(),
    ];
    parts.concat()
});

/// The fields outside `[extra]`.
#[rustfmt::skip]
fn page() -> Vec<Field> {
    vec![
        field("", "title", "标题", Form::Text, "\"天津市“五必谈”制度\"", "页面的标题").required().shown("页面顶端、各种列表、检索结果"),
        field("", "description", "摘要", Form::Text, "\"出现五种情形，必须谈话。\"", "一两句话的摘要，不超过 120 个字").required().shown("标题下方、列表、检索结果、订阅"),
        field("", "date", "发布日期", Form::Date, "2026-01-31", "在本站发布的日期").required().shown("页尾、最近更新、订阅"),
        field("", "updated", "修改日期", Form::Date, "2026-02-28", "在本站最近修改的日期，不早于 `date`").shown("页尾、最近更新"),
        field("", "draft", "草稿", Form::Boolean, "false", "`true` 表示草稿，不发布"),
        field("", "weight", "次序", Form::Integer, "10", "在栏目中的次序，数值小的在前").shown("栏目的列表"),
        field("", "slug", "网址末段", Form::Text, "\"tianjin-wubitan\"", "网址的最后一段，不写则为文件名").shown("网址"),
        field("", "aliases", "旧网址", Form::Texts, "[\"practices/old-name\"]", "旧网址，访问时转到本页").shown("旧网址转到本页"),
        field("", "taxonomies", "分类", Form::Table, "{ topics = [\"谈话约谈\"] }", "分类，其中只有 `topics`"),
        field("taxonomies", "topics", "主题", Form::Texts, "[\"谈话约谈\"]", "主题").shown("页首、主题的列表"),
        field("", "extra", "专用字段", Form::Table, "", "本站专用的字段，写在 [extra] 之下").required(),
    ]
}

/// The fields of `[extra]` that pages of all types have.
#[rustfmt::skip]
fn extra() -> Vec<Field> {
    let mut all = vec![
        field("extra", "integrity", "原文状况", Form::Table, "{ state = \"clean\" }", "原文文字的状况").required().starts_as("{ state = \"clean\" }").shown("页尾“出处”"),
        field("extra.integrity", "state", "状况", Form::Text, "\"clean\"", "`clean` 完整，`repaired` 经校补，`doubtful` 存疑").required().one_of(labels::<IntegrityState>).shown("页尾“出处”"),
        field("extra.integrity", "note", "说明", Form::Text, "\"补正两处缺字\"", "校补的内容和存疑之处；文字不完整的必须写").shown("页尾“出处”"),
        field("extra", "other_names", "别名", Form::Texts, "[\"五必谈\"]", "别名，含简称、俗称；检索时与标题同等对待").shown("页首、检索、拼音索引"),
        field("extra", "search_terms", "附加检索词", Form::Texts, "[\"谈心谈话\"]", "读者可能输入而页面未出现的词").shown("只用于检索"),
        public().of(OTHERS),
        field("extra", "public_basis", "公开依据", Form::Text, "\"2026年1月解密\"", "有密级或不公开的标志时，写明能否公开的依据"),
        field("extra", "responsibility", "责任", Form::Tags, "[{ value = \"主体责任\", basis = \"stated\", locator = \"P8\" }]", "涉及的责任").shown("页首、责任的列表、矩阵"),
        field("extra", "stage", "环节", Form::Tags, "[{ value = \"履责\", basis = \"stated\", locator = \"P8\" }]", "所处的环节").shown("页首、环节的列表、矩阵"),
        field("extra", "role", "角色", Form::Tags, "[{ value = \"纪委监委\", basis = \"stated\", locator = \"P8\" }]", "涉及的角色").shown("页首、角色的列表"),
    ];
    all.extend(tag("extra.responsibility", "\"主体责任\"", labels::<Responsibility>));
    all.extend(tag("extra.stage", "\"履责\"", labels::<Stage>));
    all.extend(tag("extra.role", "\"纪委监委\"", labels::<Role>));
    all.extend([
        field("extra", "sources", "来源", Form::Tables, "", "页面的来源，至少一个").required().shown("页尾“出处”"),
        field("extra.sources", "id", "登记号", Form::Text, "\"seed\"", "data/sources.toml 中登记的来源").required().shown("页尾“出处”"),
        field("extra.sources", "locator", "段号", Form::Text, "\"P8\"", "来源的段号，多处的写 \"P4、P6\"").required().shown("页尾“出处”"),
        field("extra", "subentries", "子条目", Form::Tables, "", "并入本页、占一个标题的术语或案例").shown("检索、拼音索引、释义"),
        field("extra.subentries", "name", "名称", Form::Text, "\"“牛鼻子”\"", "子条目的名称").required().shown("检索、拼音索引"),
        field("extra.subentries", "other_names", "别名", Form::Texts, "[\"牛鼻子\"]", "别名").shown("检索、拼音索引"),
        field("extra.subentries", "heading", "标题", Form::Text, "\"niubizi\"", "本页标题的锚点，即标题后面 {#…} 中的名称").required().shown("检索、拼音索引"),
        field("extra.subentries", "meaning", "释义", Form::Table, STATEMENT, "一句话的释义，末尾不加句号").shown("其他页面的“文中术语”"),
        field("extra", "figures", "数据", Form::Tables, "", "可检索、可成图的数据").shown("页面中的数据、“数据”页、图表"),
        field("extra.figures", "label", "指标", Form::Text, "\"新建制度\"", "指标的名称").required().shown("数据"),
        field("extra.figures", "value", "数值", Form::Text, "\"39.2\"", "数值，用引号括起，只包含数字和小数点").required().shown("数据"),
        field("extra.figures", "unit", "单位", Form::Text, "\"万人\"", "单位").required().shown("数据"),
        field("extra.figures", "comparator", "比较", Form::Text, "\"=\"", "实际数值与所填数值的关系：`=` 等于、`≥` 不低于、`≤` 不高于、`≈` 约；不写则为 `=`").one_of(labels::<Comparator>).shown("数据"),
        field("extra.figures", "period", "时间", Form::Text, "\"2018–2020\"", "时间").required().or_unknown().shown("数据"),
        field("extra.figures", "scope", "统计范围", Form::Text, "\"山东省\"", "统计范围").required().shown("数据"),
        field("extra.figures", "locator", "段号", Form::Text, "\"P8\"", "来源的段号").required().shown("数据"),
        field("extra.figures", "note", "备注", Form::Text, "\"不含高校\"", "备注").shown("数据"),
        field("extra", "changes", "更新记录", Form::Tables, "", "改动的记录，每次一段").shown("页尾、最近更新、订阅"),
        field("extra.changes", "date", "日期", Form::Date, "2026-02-28", "改动的日期，不晚于 `updated`").required().shown("页尾、最近更新、订阅"),
        field("extra.changes", "text", "内容", Form::Text, "\"增补两项数据\"", "改动的内容，一句话").required().shown("页尾、最近更新、订阅"),
        field("extra", "related", "关联条目", Form::Tables, "", "与其他页面的关系").shown("页尾“关联条目”"),
        field("extra.related", "to", "页面", Form::Text, "\"@/terms/lvze-zhidu.md\"", "关联的页面").required().shown("页尾"),
        field("extra.related", "kind", "关系", Form::Text, "\"see-also\"", "`implements` 落实、`applies` 运用、`part-of` 所属、`see-also` 参见、`lesson` 借鉴、`replaces` 代替").required().one_of(labels::<RelationKind>).shown("页尾"),
        field("extra.related", "basis", "依据", Form::Text, "\"stated\"", "`stated` 原文载明，`inferred` 本站推断；不写则为 `stated`").one_of(bases).shown("推断的加以注明"),
        field("extra.related", "locator", "段号", Form::Text, "\"P8\"", "来源的段号；推断的必须写").shown("页尾"),
        field("extra.related", "note", "备注", Form::Text, "\"同为谈话制度\"", "备注").shown("页尾"),
        public().in_file(File::Plain),
        field("extra", "compare", "对照的做法", Form::Texts, "[\"@/practices/x.md\", \"@/practices/y.md\"]", "并排对照的二至四项做法；只用于没有类型的栏目").in_file(File::Plain).shown("对照表"),
    ]);
    all.extend(statement("extra.subentries.meaning", &[]));
    all
}

/// What practices have, and some of it other pages too.
#[rustfmt::skip]
fn practice() -> Vec<Field> {
    let mut all = vec![
        organ().required().or_unknown().of(PRACTICE),
        organ().of(CASE_TERM),
        region().required().or_unknown().of(PRACTICE),
        region().of(CASE_REGULATION),
        field("extra.region", "code", "代码", Form::Text, "\"120000\"", "行政区划代码，全国写 \"CN\"").of(REGIONAL).required().shown("地区的列表"),
        field("extra.region", "name", "名称", Form::Text, "\"天津市\"", "地区的全称").of(REGIONAL).required().shown("页首"),
        field("extra.region", "basis", "依据", Form::Text, "\"stated\"", "`stated` 原文载明，`inferred` 本站推断；不写则为 `stated`").of(REGIONAL).one_of(bases).shown("推断的加以注明"),
        field("extra.region", "locator", "段号", Form::Text, "\"P8\"", "来源的段号；推断的必须写").of(REGIONAL).shown("页首"),
        field("extra.region", "note", "备注", Form::Text, "\"据单位名称\"", "备注").of(REGIONAL).shown("页首"),
        field("extra", "level", "层级", Form::Text, "\"省级\"", "单位的层级").of(PRACTICE).required().or_unknown().one_of(labels::<PracticeLevel>).shown("页首、筛选"),
        field("extra", "mechanism", "简称", Form::Text, "\"五必谈\"", "机制的简称").of(PRACTICE).shown("页首、检索"),
        field("extra", "start_year", "起始年份", Form::Integer, "2020", "开始的年份，四位数").of(PRACTICE).or_unknown().shown("页首"),
        field("extra", "outcome", "成效", Form::Text, "\"unknown\"", "做法的成效、案例的结果；填写时须有 `outcome_locator`").of(PRACTICE_CASE).or_unknown().shown("页首"),
        field("extra", "outcome_locator", "成效的段号", Form::Text, "\"P8\"", "成效或结果所据来源的段号").of(PRACTICE_CASE).shown("页首"),
        field("extra", "procedure", "做法要点", Form::Table, "{ when = { text = \"……\", locator = \"P8\" } }", "做法的要点，只写原文载明的").of(PRACTICE).shown("页首“做法要点”、做法对照"),
        field("extra.procedure", "when", "时机", Form::Table, STATEMENT, "时机：一句话，末尾不加句号").of(PRACTICE).shown("“做法要点”"),
        field("extra.procedure", "who", "主体", Form::Table, STATEMENT, "主体：一句话，末尾不加句号").of(PRACTICE).shown("“做法要点”"),
        field("extra.procedure", "whom", "对象", Form::Table, STATEMENT, "对象：一句话，末尾不加句号").of(PRACTICE).shown("“做法要点”"),
        field("extra.procedure", "how", "方式", Form::Table, STATEMENT, "方式：一句话，末尾不加句号").of(PRACTICE).shown("“做法要点”"),
        field("extra.procedure", "record", "形成材料", Form::Table, STATEMENT, "形成材料：一句话，末尾不加句号").of(PRACTICE).shown("“做法要点”"),
    ];
    all.extend(statement("extra.procedure.when", PRACTICE));
    all.extend(statement("extra.procedure.who", PRACTICE));
    all.extend(statement("extra.procedure.whom", PRACTICE));
    all.extend(statement("extra.procedure.how", PRACTICE));
    all.extend(statement("extra.procedure.record", PRACTICE));
    all.extend([
        field("extra", "components", "构成", Form::Tables, "", "做法的组成部分，按次序").of(PRACTICE).shown("页首"),
        field("extra.components", "name", "名称", Form::Text, "\"谈话情形\"", "构成的名称").of(PRACTICE).required().shown("页首"),
        field("extra.components", "detail", "内容", Form::Text, "\"列明五种情形\"", "具体内容").of(PRACTICE).shown("页首"),
        field("extra.components", "locator", "段号", Form::Text, "\"P8\"", "来源的段号").of(PRACTICE).required().shown("页首"),
        field("extra", "implements", "落实的制度", Form::Tables, "", "落实的制度").of(PRACTICE).shown("页尾；制度页的“被引用”"),
    ]);
    all.extend(provision("extra.implements", PRACTICE));
    all
}

/// What cases have.
#[rustfmt::skip]
fn case() -> Vec<Field> {
    let mut all = vec![
        field("extra", "case_kind", "案例类别", Form::Text, "\"问责案例\"", "案例的类别").of(CASE).required().one_of(labels::<CaseKind>).shown("页首、列表"),
        field("extra", "period", "期间", Form::Table, "{ from = \"2018\", to = \"2020\", precision = \"year\" }", "案例的期间").of(CASE).or_unknown().shown("页首、年份的列表"),
        field("extra.period", "from", "起", Form::Text, "\"2018\"", "开始的时间").of(CASE).required().shown("页首"),
        field("extra.period", "to", "止", Form::Text, "\"2020\"", "结束的时间").of(CASE).required().shown("页首"),
        field("extra.period", "precision", "精度", Form::Text, "\"year\"", "`year` 年、`month` 月、`day` 日").of(CASE).required().one_of(precisions),
        field("extra", "findings", "基本情况", Form::Tables, "", "原文载明的事实，每条一段").of(CASE).shown("页首"),
        field("extra.findings", "text", "事实", Form::Text, "\"台账不实\"", "原文载明的事实").of(CASE).required().shown("页首"),
        field("extra.findings", "locator", "段号", Form::Text, "\"P8\"", "来源的段号").of(CASE).required().shown("页首"),
        field("extra", "applied", "适用的制度", Form::Tables, "", "适用的制度").of(CASE).shown("页尾；制度页的“被引用”"),
    ];
    all.extend(provision("extra.applied", CASE));
    all.extend([
        field("extra", "lessons", "可借鉴的做法", Form::Tables, "", "可借鉴的做法").of(CASE).shown("页尾"),
        field("extra.lessons", "practice", "做法", Form::Text, "\"@/practices/x.md\"", "做法的页面").of(CASE).required().shown("页尾"),
        field("extra.lessons", "basis", "依据", Form::Text, "\"inferred\"", "`stated` 原文载明，`inferred` 本站推断").of(CASE).required().one_of(bases).shown("推断的加以注明"),
        field("extra.lessons", "locator", "段号", Form::Text, "\"P8\"", "来源的段号").of(CASE).required().shown("页尾"),
        field("extra.lessons", "note", "备注", Form::Text, "\"做法相近\"", "备注").of(CASE).shown("页尾"),
    ]);
    all
}

/// What regulations have.
#[rustfmt::skip]
fn regulation() -> Vec<Field> {
    vec![
        field("extra", "kind", "文种", Form::Text, "\"办法\"", "制度的文种").of(REGULATION).required().one_of(labels::<RegulationKind>).shown("页首、筛选"),
        field("extra", "issuer", "制定机关", Form::Texts, "[\"cpc-central\"]", "制定机关，data/organs.toml 中的登记号").of(REGULATION).required().or_unknown().shown("页首、机关的列表"),
        field("extra", "level", "层级", Form::Text, "\"省级\"", "制度的层级；省级、市级、县级的必须写 `region`").of(REGULATION).required().one_of(labels::<RegulationLevel>).shown("页首、筛选"),
        field("extra", "document_number", "发文字号", Form::Text, "\"某发〔2026〕1号\"", "发文字号：六角括号括起四位年份，序号不补零").of(REGULATION).or_unknown().shown("页首、检索"),
        field("extra", "adopted", "通过日期", Form::Date, "2026-01-31", "通过的日期").of(REGULATION).or_unknown().shown("页首"),
        field("extra", "promulgated", "公布日期", Form::Date, "2026-01-31", "公布的日期").of(REGULATION).or_unknown().shown("页首、年份的列表"),
        field("extra", "effective", "施行日期", Form::Date, "2026-03-01", "施行的日期").of(REGULATION).or_unknown().shown("页首、时效性"),
        field("extra", "repealed", "废止日期", Form::Date, "2030-01-01", "废止的日期").of(REGULATION).or_unknown().shown("页首、时效性"),
        field("extra", "status", "时效性", Form::Text, "\"有效\"", "页面日期当日的时效性").of(REGULATION).required().starts_as("\"未知\"").one_of(labels::<Status>).shown("页首、筛选"),
        field("extra", "body_form", "正文形式", Form::Text, "\"clause\"", "`clause` 条文、`document` 公文、`none` 未收录正文").of(REGULATION).required().starts_as("\"none\"").one_of(body_forms),
        public().of(REGULATION).required().starts_as("\"unknown\""),
        field("extra", "short_title", "标题是简称", Form::Boolean, "true", "`true` 表示标题是来源所用的简称，引用时不加书名号").of(REGULATION).shown("引用的样式"),
        field("extra", "version_of", "现行文本", Form::Text, "\"@/regulations/x.md\"", "本页为同一制度的另一文本时，填写现行文本的页面").of(REGULATION).shown("页首、文本的列表"),
        field("extra", "version", "文本名称", Form::Text, "\"2019年发布\"", "该文本的名称").of(REGULATION).shown("页首、文本的列表"),
        field("extra", "replaces", "代替的制度", Form::Texts, "[\"@/regulations/y.md\"]", "由本制度代替的制度").of(REGULATION).shown("页首"),
    ]
}

/// What terms have.
#[rustfmt::skip]
fn term() -> Vec<Field> {
    let mut all = vec![
        field("extra", "kind", "类别", Form::Text, "\"机制\"", "一个短词，如“机制”“概念”").of(TERM).required().shown("页首、筛选"),
        field("extra", "meaning", "释义", Form::Table, STATEMENT, "一句话的释义，末尾不加句号").of(TERM).shown("页首、其他页面的“文中术语”"),
    ];
    all.extend(statement("extra.meaning", TERM));
    all
}

/// The fields of `_index.md`.
#[rustfmt::skip]
fn section() -> Vec<Field> {
    vec![
        field("", "title", "栏目名称", Form::Text, "\"做法\"", "栏目的名称").in_file(File::Section).required().shown("导航、栏目页"),
        field("", "description", "栏目说明", Form::Text, "\"各地各单位的做法。\"", "栏目的说明").in_file(File::Section).shown("栏目页"),
        field("", "draft", "草稿", Form::Boolean, "false", "`true` 表示整个栏目不发布").in_file(File::Section),
        field("", "paginate_by", "每页条数", Form::Integer, "30", "每页条数，0 为全部列在一页").in_file(File::Section).shown("栏目页"),
        field("", "sort_by", "排序", Form::Text, "\"weight\"", "只对 Zola 起作用；本站按 `weight` 和文件名排列").in_file(File::Section).one_of(sort_orders),
        field("", "weight", "次序", Form::Integer, "10", "只对 Zola 起作用").in_file(File::Section),
        field("", "extra", "专用字段", Form::Table, "", "本站专用的字段，写在 [extra] 之下").in_file(File::Section),
        field("extra", "type", "类型", Form::Text, "\"practice\"", "栏目中页面的类型").in_file(File::Section).one_of(slugs::<PageType>),
    ]
}

/// The fields of the registers in `data/`.
#[rustfmt::skip]
fn registers() -> Vec<Field> {
    vec![
        field("organ", "id", "登记号", Form::Text, "\"tianjin\"", "登记号：小写英文字母、数字和连字符").in_file(File::Register).required().shown("单位页的网址"),
        field("organ", "name", "名称", Form::Text, "\"天津市\"", "机关的名称").in_file(File::Register).required().shown("各页、单位的列表"),
        field("organ", "region", "地区", Form::Text, "\"120000\"", "所在地区的代码").in_file(File::Register),
        field("organ", "kind", "类别", Form::Text, "\"地方\"", "机关的类别").in_file(File::Register).required().one_of(labels::<OrganKind>).shown("单位的列表"),
        field("organ", "note", "备注", Form::Text, "\"2018年机构改革后的名称\"", "备注").in_file(File::Register).shown("单位页"),
        field("region", "code", "代码", Form::Text, "\"120101\"", "六位行政区划代码（GB/T 2260），全国写 \"CN\"").in_file(File::Register).required().shown("地区页的网址"),
        field("region", "name", "全称", Form::Text, "\"和平区\"", "全称").in_file(File::Register).required().shown("各页、地区的列表"),
        field("region", "short", "简称", Form::Text, "\"和平\"", "简称").in_file(File::Register).required().shown("地区的列表"),
        field("region", "iso", "国际代码", Form::Text, "\"CN-TJ\"", "ISO 3166-2 代码；市、县没有，不写").in_file(File::Register),
        field("source", "id", "登记号", Form::Text, "\"seed\"", "登记号：小写英文字母、数字和连字符").in_file(File::Register).required().shown("来源页的网址"),
        field("source", "label", "称呼", Form::Text, "\"来源文章\"", "本站对该来源的称呼").in_file(File::Register).required().shown("页尾“出处”"),
        field("source", "title", "标题", Form::Text, "\"……\"", "来源的标题").in_file(File::Register).required().or_unknown().shown("来源页"),
        field("source", "author", "作者", Form::Text, "\"unknown\"", "作者").in_file(File::Register).required().or_unknown().shown("来源页"),
        field("source", "publisher", "发布单位", Form::Text, "\"unknown\"", "发布单位").in_file(File::Register).required().or_unknown().shown("来源页"),
        field("source", "date", "日期", Form::Date, "2026-01-31", "发布的日期").in_file(File::Register).required().or_unknown().shown("来源页"),
        field("source", "url", "网址", Form::Text, "\"unknown\"", "网址").in_file(File::Register).required().or_unknown().shown("来源页"),
        field("source", "note", "备注", Form::Text, "\"据纸质文件录入\"", "备注").in_file(File::Register).shown("来源页"),
        field("source", "segment", "段落", Form::Tables, "", "来源的一段").in_file(File::Register).shown("来源页"),
        field("source.segment", "locator", "段号", Form::Text, "\"P1\"", "段号").in_file(File::Register).required().shown("来源页、来源标记"),
        field("source.segment", "kind", "类别", Form::Text, "\"body\"", "`heading` 标题或 `body` 正文").in_file(File::Register).required().one_of(segment_kinds),
        field("source.segment", "summary", "大意", Form::Text, "\"公开接待\"", "本段内容的概述").in_file(File::Register).required().shown("来源页"),
        field("source.segment", "integrity", "原文状况", Form::Text, "\"clean\"", "`clean` 完整，`repaired` 经校补，`doubtful` 存疑").in_file(File::Register).required().one_of(labels::<IntegrityState>).shown("来源页"),
        field("source.segment", "note", "备注", Form::Text, "\"末句缺字\"", "备注").in_file(File::Register).shown("来源页"),
        field("external", "id", "登记号", Form::Text, "\"waibu-tiaoli\"", "登记号：小写英文字母、数字和连字符").in_file(File::Register).required(),
        field("external", "title", "全称", Form::Text, "\"虚构外部条例\"", "法规的全称，不加书名号").in_file(File::Register).required().shown("正文中的引用"),
        field("external", "other_names", "简称", Form::Texts, "[\"外部条例\"]", "简称、别名").in_file(File::Register).shown("正文中的引用"),
        field("external", "url", "网址", Form::Text, "\"https://example.org/waibu\"", "网址；填写后，引用链接到该网址").in_file(File::Register).shown("正文中的引用"),
        field("external", "note", "备注", Form::Text, "\"国务院令\"", "备注").in_file(File::Register),
    ]
}
