//! What reporters say, by category, in the words a county hears. `{inst}` is the institution, `{n}` a small
//! number, `{sum}` an amount in yuan, `{grade}` a class, `{time}` when. Never here: anything that happened.

use domain::category::{Category, Channel};

use super::dice::Dice;

/// A narrative about `institution`, whose name tells which classes it has.
pub(super) fn narrative(dice: &mut Dice, category: Category, channel: Channel, institution: &str) -> String {
    let body = dice.pick(bodies(category));
    let said =
        [dice.pick(opening(channel)), body, dice.pick(detail(category)), dice.pick(wishes(channel))].concat();
    let number = 2 + dice.below(28);
    let sum = (8 + dice.below(190)) * 100;
    said.replace("{inst}", institution)
        .replace("{n}", &number.to_string())
        .replace("{sum}", &sum.to_string())
        .replace("{grade}", dice.pick(classes(institution)))
        .replace(
            "{time}",
            dice.pick(&["昨天下午", "今天上午", "上周末", "本周三", "近半个月", "11月中旬以来"]),
        )
}

fn classes(institution: &str) -> &'static [&'static str] {
    let of = |word: &str| institution.contains(word);
    match () {
        () if of("幼儿园") => &["小班", "中班", "大班"],
        () if of("小学") => &["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"],
        () if of("初级中学") => &["初一", "初二", "初三"],
        () if of("高级中学") => &["高一", "高二", "高三"],
        () if of("职业学校") => &["一年级", "二年级", "三年级"],
        () => &["低年级", "三年级", "五年级", "初一", "初二"],
    }
}

/// What the telling ends with: officers write otherwise than families.
fn wishes(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Inspection | Channel::Superior | Channel::OtherAgency | Channel::School => &[
            "请依法核查并反馈结果。",
            "相关材料已登记留存。",
            "已要求现场负责人说明情况。",
            "现将有关情况报告如下，请予处理。",
            "",
        ],
        Channel::OnlinePatrol | Channel::Media => {
            &["已截图留存。", "帖文仍在传播，请尽快核实。", "请有关部门回应。", "发布者称愿意配合调查。"]
        }
        Channel::WalkIn | Channel::Phone | Channel::Letter | Channel::ParentApp => &[
            "希望尽快核查处理。",
            "请有关部门予以重视，并将结果告知。",
            "家长们都很担心孩子的安全。",
            "已多次向机构反映，至今没有答复。",
            "愿意配合调查，请为本人保密。",
            "手上有聊天记录和照片，可以提供。",
            "",
        ],
    }
}

fn opening(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::WalkIn => &["来访群众当面反映：", "家长到教育局信访窗口反映，"],
        Channel::Phone => &["来电人称，", "12345转来电话反映：", "未成年人保护热线来电，"],
        Channel::Letter => &["来信反映：", "意见箱收到信件，信中写道："],
        Channel::ParentApp => &["家长端投诉：", "家长在校外培训平台留言，"],
        Channel::School => &["学校报告：", "班主任发现情况后由学校上报，"],
        Channel::Inspection => &["检查组在现场发现，", "专项检查中了解到，"],
        Channel::OnlinePatrol => &["线上巡查发现，", "网上巡查在本地论坛看到帖文："],
        Channel::Superior => &["市局交办：", "省厅转办线索，"],
        Channel::OtherAgency => &["市场监管部门移送：", "消防救援大队通报，", "社区民警转来情况："],
        Channel::Media => &["本地媒体记者反映，", "短视频平台有网友爆料，"],
    }
}

fn bodies(category: Category) -> &'static [&'static str] {
    match category {
        Category::MinorSexualHarm => &MINOR_SEXUAL_HARM,
        Category::MinorAbuse => &MINOR_ABUSE,
        Category::SevereBullying => &SEVERE_BULLYING,
        Category::MinorMissing => &MINOR_MISSING,
        Category::MinorDanger => &MINOR_DANGER,
        Category::FireExit => &FIRE_EXIT,
        Category::FireOther => &FIRE_OTHER,
        Category::Premises => &PREMISES,
        Category::StaffAccess => &STAFF_ACCESS,
        Category::FeeFraud => &FEE_FRAUD,
        Category::IllegalOperation => &ILLEGAL_OPERATION,
        Category::Food => &FOOD,
        Category::BusTraffic => &BUS_TRAFFIC,
        Category::Perimeter => &PERIMETER,
        Category::Other => &OTHER,
    }
}

fn detail(category: Category) -> &'static [&'static str] {
    match category {
        Category::MinorSexualHarm | Category::MinorAbuse | Category::SevereBullying => {
            &["孩子现在不敢去上课。", "家长已经保存了相关证据。", "目前孩子由家人陪伴，情绪不稳定。"]
        }
        Category::MinorMissing | Category::MinorDanger => {
            &["情况紧急，需要马上找到人。", "老师和家长正在全力联系。", "孩子身边没有可靠的大人。"]
        }
        Category::FireExit | Category::FireOther | Category::Premises => {
            &["每天有几十个孩子在里面。", "周末人最多，隐患很大。", "上个月检查过，后来又变回原样。"]
        }
        Category::FeeFraud => {
            &["涉及的家庭不少，大家已经建了维权群。", "合同和转账记录都在。", "有的家长是借钱交的。"]
        }
        Category::StaffAccess
        | Category::IllegalOperation
        | Category::Food
        | Category::BusTraffic
        | Category::Perimeter
        | Category::Other => {
            &["这种情况已经持续了一段时间。", "有{n}位家长可以作证。", "附近居民都知道这件事。", ""]
        }
    }
}

const MINOR_SEXUAL_HARM: [&str; 3] = [
    "{inst}一名授课老师{time}单独留下女学生，孩子回家后哭诉被不当触碰身体。",
    "{time}发现{inst}工作人员向{grade}女生发送露骨信息并约其单独见面。",
    "{inst}一名{grade}学生向心理老师透露，曾被机构负责人多次猥亵。",
];
const MINOR_ABUSE: [&str; 4] = [
    "{inst}老师{time}用教鞭抽打{grade}学生，孩子手臂和背部有多处瘀伤。",
    "{inst}将没有完成作业的孩子关在储物间{n}分钟，孩子出来后浑身发抖。",
    "{grade}学生身上反复出现新旧伤痕，自述在{inst}被教练脚踢。",
    "{inst}保育员{time}强行喂饭并推搡幼儿，监控画面可见孩子摔倒。",
];
const SEVERE_BULLYING: [&str; 3] = [
    "{inst}{grade}一名男生{time}被{n}名同学堵在厕所殴打并拍摄视频。",
    "孩子在{inst}长期被同班同学索要财物、辱骂，{time}被打致嘴角出血。",
    "{inst}宿舍内多名学生强迫一名同学下跪并在群里传播视频。",
];
const MINOR_MISSING: [&str; 2] = [
    "{inst}{grade}学生{time}离校后未回家，电话关机，已超过{n}个小时。",
    "{inst}一名学生与陌生网友见面后失去联系，家长和老师多方寻找未果。",
];
const MINOR_DANGER: [&str; 3] = [
    "{inst}{grade}学生{time}在网上留下轻生的话，老师联系不上家长。",
    "{inst}一名寄宿孩子长期无人看管，{time}因饥饿晕倒在教室。",
    "有社会人员{time}在{inst}附近诱骗学生吸食电子烟弹，孩子出现意识不清。",
];
const FIRE_EXIT: [&str; 3] = [
    "{inst}疏散楼梯堆满桌椅，安全出口{time}上锁，{n}间教室只剩一个出口。",
    "{inst}把消防通道改成了前台，窗户焊有防盗网，遇到火情孩子跑不出来。",
    "{inst}灭火器全部过期，应急照明不亮，消火栓没有水。",
];
const FIRE_OTHER: [&str; 3] = [
    "{inst}厨房液化气罐放在教室隔壁，没有报警器，{time}闻到很重的气味。",
    "{inst}{n}辆电动车在一楼门厅充电，电线从窗口飞线下来。",
    "{inst}用泡沫夹芯板隔出{n}间教室，装修材料一点就着。",
];
const PREMISES: [&str; 4] = [
    "{inst}三楼走廊护栏松动，{time}有水泥块掉落，差点砸到学生。",
    "{inst}在地下室开班，{n}个孩子挤在一间没有窗户的教室里。",
    "{inst}操场边围墙开裂倾斜，裂缝有{n}厘米宽，学校只拉了一根绳子。",
    "{inst}新装修的教室气味刺鼻，多名孩子上课流鼻血。",
];
const STAFF_ACCESS: [&str; 3] = [
    "{inst}新来的教练没有教师资格证，听说以前因打人被处理过。",
    "{inst}聘用了{n}名没有登记的兼职老师，家长要看资质被拒绝。",
    "{inst}的校车照管员疑似有犯罪前科，入职时没有查询。",
];
const FEE_FRAUD: [&str; 5] = [
    "{inst}一次性收了三年的课时费{sum}元，{time}突然关门，负责人电话打不通。",
    "{inst}要求把{sum}元学费转到个人账户，不进监管账户，也不开发票。",
    "{inst}以“充值送课”的名义收取{sum}元，退费时说合同写明概不退款。",
    "{inst}还欠{n}名家长的退费，合计约{sum}元，店面已经转让。",
    "{inst}诱导家长办理培训贷，每人{sum}元，停课后贷款还要继续还。",
];
const ILLEGAL_OPERATION: [&str; 3] = [
    "{inst}没有办学许可证，{time}仍在居民楼里给{n}名学生补课。",
    "有人以“{inst}”的名义在小区内开晚托班，周末上语数外，窗帘全拉上。",
    "{inst}许可证已经过期，{time}还在招收{grade}学生，收费{sum}元。",
];
const FOOD: [&str; 3] = [
    "{inst}{grade}有{n}名学生{time}午餐后呕吐、腹泻，已送医院。",
    "{inst}食堂使用过期食材，冰柜里有发霉的肉，家长陪餐时拍到照片。",
    "{inst}给托管学生吃的盒饭没有留样，送餐点没有食品经营许可。",
];
const BUS_TRAFFIC: [&str; 3] = [
    "{inst}的面包车核载7人，{time}坐了{n}名孩子，司机边开车边打电话。",
    "{inst}校车车门没有关好就起步，一名{grade}学生差点摔下来。",
    "放学时{inst}门口大货车不减速通过，没有护学岗。",
];
const PERIMETER: [&str; 3] = [
    "{inst}周边{n}米内有商户向学生出售香烟和彩票。",
    "{inst}后门{time}有社会青年聚集，拦住学生要钱。",
    "{inst}门口流动摊贩堵住通道，救护车都进不去。",
];
const OTHER: [&str; 4] = [
    "{inst}周末上课用大喇叭，周围居民无法休息。",
    "{inst}强制学生参加商业演出，{time}很晚才送回家。",
    "{inst}在家长群公布学生成绩排名和家庭住址。",
    "{inst}的宣传单把往届学生的照片和姓名印了出来，没有经过同意。",
];
