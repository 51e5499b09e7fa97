### 拒绝的理由。键为 reason- 加稳定理由；占位符为事实。

## 接口层

reason-SHAPE = 请求有 { $count } 处不符合要求，请逐项更正。
reason-TOKEN_MISSING = 请先登录。
reason-TOKEN_BAD = 登录凭证无效，请重新登录。
reason-TOKEN_EXPIRED = 登录已过期，请重新登录。
reason-SIGN_IN_FAILED = 警号（工号）或密码不正确，或账号已停用。
reason-PASSWORD_CHANGE_REQUIRED = 请先修改一次性密码。
reason-CERTIFICATE_BAD = 客户端证书未指明本平台启用的服务账号；请使用运维人员为该账号签发的证书，或不出示证书。
reason-CERTIFICATE_EXPIRED = 客户端证书已过期；请向运维人员申请新证书。
reason-CERTIFICATE_REVOKED = 客户端证书已吊销；请向运维人员申请新证书。
reason-CERTIFICATE_OF_ANOTHER = 客户端证书与登录账号不一致；请只用其中一个。
reason-PERMISSION = 您无权办理此事，或者此事不存在。
reason-CONTENDED = 多人同时办理同一事项，请重试。
reason-LOG_DOWN = 暂时无法写入记录，没有任何内容被保存。请在 { $seconds } 秒后重试；紧急情况请直接拨打110。
reason-LATE = 数据尚未更新到您要求的时点，请稍后再试。
reason-NOT_FOUND = 没有找到。
reason-PAPER_ERASED = 该材料已随当事人信息一并删除，无法再读取。
reason-TOO_LARGE = 内容超过上限（{ $limit } 字节）。
reason-TOO_SLOW = 接收过慢，连接已断开；请从最后收到的位置重新订阅。
reason-THROTTLED = 尝试次数过多，请在 { $seconds } 秒后重试。
reason-OVERLOADED = 系统繁忙，请在 { $seconds } 秒后重试。
reason-INTERNAL = 系统内部错误，已记录。

## 各类事项共有

reason-BEFORE_PREVIOUS = 发生时间不能早于上一步（{ $previous }）。
reason-IN_FUTURE = 发生时间不能晚于现在（{ $recorded }）。
reason-NOT_YOUR_UNIT = 此事由单位 { $unit } 的人员办理。
reason-NOT_LEADER = 只有单位 { $unit } 的负责人可以办理。
reason-NOT_SUPERIOR = 单位 { $unit } 不是上级单位。
reason-TEAM_TOO_SMALL = 指定了 { $officers } 名人员，至少需要 { $needed } 名。
reason-NOT_POLICE = 单位 { $unit } 不是公安机关。
reason-NOT_ENFORCING = { $agency }没有行政处罚权（国务院令第310号第二条、第三条）。
reason-ALREADY_CLAIMED = 人员 { $by } 已于 { $since } 认领。
reason-NOT_CLAIMED_BY_YOU = 您尚未认领，请先认领。
reason-RECEIPT_IMMUTABLE = 回执 { $number } 已于 { $at } 签收，不得更改。
reason-FORWARD_TO_ITSELF = 此事已在单位 { $unit }。
reason-HAD_IT_ALREADY = 单位 { $unit } 曾经接收过此事，不得再转回；须由上级指定管辖。
reason-FINE_INSTEAD_OF_REFERRAL = 不得以罚代移：移送 { $referral } 尚未了结，或已刑事立案（国务院令第310号第十一条）。
reason-NOT_THE_CLOCK = 只有时钟服务可以执行此操作。

## 线索

reason-CLUE_UNKNOWN = 没有这个编号的线索。
reason-ALREADY_REPORTED = 线索 { $clue } 已登记。
reason-WRONG_STAGE = 线索处于“{ $stage }”，不能{ $action }。
reason-SAME_OFFICER = 人员 { $first } 已经办理，须由另一名人员确认。
reason-OBLIGATION_OPEN = 公安机关 { $police } 尚未签收这件强制报告，只有公安机关能了结报案义务（未成年人保护法第十一条）。请先拨打110。
reason-ANSWER_OUTSTANDING = 公安机关 { $police } 尚未答复这件强制报告，答复后方可向举报人反馈（未成年人保护法第十一条）。
reason-OBLIGATION_ELSEWHERE = 这件强制报告已在公安机关 { $police }，请转交给该单位。
reason-NO_OBLIGATION = 这条线索没有立即报案的义务，无需登记110报警。
reason-CANNOT_DOWNGRADE = 紧急程度不能由 { $from } 降为 { $to }。
reason-MERGE_INTO_ITSELF = 线索不能并入自身。
reason-MERGE_CIRCLE = 线索 { $clue } 已并入本线索，不能反向并入。
reason-OTHER_INSTITUTION = 只有涉及同一机构的线索才能合并。
reason-TARGET_CLOSED = 目标线索已办结或已合并，不能并入。
reason-UNIT_NOT_COMPETENT = 单位 { $unit } 对 { $division } 的“{ $category }”没有管辖权。
reason-DESIGNATOR_ONLY = 第二次退回后，由上级单位 { $designator } 指定办理单位。
reason-DESIGNATION_BINDS = 单位 { $designator } 已指定本单位办理，不能再次退回。
reason-ALREADY_EXTENDED = 核查期限已延长过一次，不能再延长。
reason-NOT_EXTENDABLE = “{ $category }”的核查期限不能延长。
reason-POLICE_LEVEL_TOO_HIGH = 线索应转交{ $highest }及以下公安机关，不能转交{ $level }公安机关。
reason-POLICE_BY_POLICE_TRANSFER = 单位 { $unit } 是公安机关，请使用“转交公安机关”。
reason-OWN_AGENCY = 转交只能给其他部门；{ $agency }内部请使用分派。
reason-LETTER_MISSING = 转交须附函件。
reason-NOTHING_TO_CONFIRM = 没有等待负责人确认的转交。
reason-NOT_CONFIRMED = 负责人尚未确认转交。
reason-NOTHING_TO_RECEIVE = 没有等待接收的事项。
reason-RECEIPT_FIRST = 请先签收回执。
reason-ACCEPT_FIRST = 请先受理。
reason-ALREADY_ACCEPTED = 单位 { $unit } 已受理。
reason-MAY_NOT_DECLINE = 强制报告不得以不属于本机关职责为由退回，请移交有管辖权的公安机关（高检发〔2020〕9号第八条）。
reason-CASE_ALREADY_OPEN = 行政案件 { $case } 已立案。
reason-REFERRAL_STILL_OPEN = 移送 { $referral } 尚未了结。
reason-OTHER_CLUE = 移送的线索是 { $clue }，不是本线索。
reason-OTHER_REFERRAL = 本线索不在移送 { $referral } 中。
reason-TEXT_OR_REASON = 请填写答复内容，或者填写无法联系的原因，二者只填其一。
reason-ORDER_NEEDED = 上级单位重新启动须有督办文号。

## 案件移送

reason-REFERRAL_UNKNOWN = 没有这个编号的移送案件。
reason-ALREADY_DRAFTED = 移送 { $referral } 已起草。
reason-NOT_HERE = 移送处于“{ $word }”，不能{ $action }。
reason-NOT_PROCURATORATE = 单位 { $unit } 不是{ $level }检察机关。
reason-NOT_IN_TEAM = 人员 { $officer } 不是专案组成员。
reason-NOT_HEAD = 只有单位 { $unit } 的正职负责人或者主持工作的负责人可以决定（国务院令第310号第五条）。
reason-APPROVER_IN_TEAM = 人员 { $officer } 是专案组成员，不能审批本组的报告。
reason-MAY_NOT_DESIGNATE = 单位 { $unit } 不能在此指定管辖。
reason-MISSING_PAPERS = 缺少材料：{ $missing }（国务院令第310号第六条）。
reason-WRONG_PAPER = 材料应为{ $expected }，不是{ $given }。
reason-WRONG_POLICE = 单位 { $unit } 不是 { $division } 的{ $level }公安机关；应向同级公安机关移送（国务院令第310号第五条）。
reason-NOT_DESIGNATED = 已指定单位 { $designated } 管辖，不是 { $unit }。
reason-DESIGNATED_HERE = 单位 { $unit } 系被指定管辖，不能再移交。
reason-NOTHING_ASKED = 补正通知须写明缺少的材料。
reason-RIGHT_LAPSED = { $action }的权利已于 { $due } 期满。
reason-ALREADY_SUGGESTED = 已建议立案监督。
reason-REASONS_ALREADY_GIVEN = 已说明理由。
reason-REASONS_PENDING = 公安机关尚未说明理由，期限到 { $due } 为止。
reason-WITHDRAWAL_NOT_NOTIFIED = 尚未将撤案决定告知移送机关。
reason-ALREADY_NOTIFIED = 已将撤案决定告知移送机关。

## 反向移送

reason-REVERSE_UNKNOWN = 没有这个编号的反向移送。
reason-ALREADY_SENT = 反向移送 { $reverse } 已发出。
reason-REVERSE_NOT_HERE = 反向移送处于“{ $word }”，不能{ $action }。
reason-NOT_SENDER = { $agency }不能发出反向移送。
reason-OTHER_LEVEL = 单位 { $unit } 不是{ $level }单位，应移交同级行政机关。

## 目录

## 临时查阅

reason-ACCESS_UNKNOWN = 没有这个编号的临时查阅。
reason-ACCESS_REQUESTED_ALREADY = 临时查阅 { $grant } 已申请。
reason-ACCESS_NOT_HERE = 临时查阅处于“{ $word }”，不能{ $action }。
reason-ACCESS_TOO_LONG = 临时查阅最短 1 小时、最长 { $max } 小时，不能是 { $hours } 小时。
reason-ACCESS_REVIEW_OVERDUE = 临时查阅 { $grant } 的事后审查已逾期，审查完成前不得再申请。
reason-ACCESS_WIDER = 批准的范围和时间可以比申请的小，不能比申请的大。
reason-ACCESS_OWN_REQUEST = 此项临时查阅由您申请，须由他人审批、审查。
reason-ACCESS_APPROVED_BY_YOU = 此项临时查阅由人员 { $officer } 批准，须由其他人审查。
reason-ACCESS_NOT_YOUR_UNIT = 此事由单位 { $unit } 或其上一级单位的负责人办理。
reason-ACCESS_NOT_YOURS = 此项临时查阅是人员 { $officer } 申请的。
reason-ACCESS_OVER = 临时查阅已于 { $until } 到期。

reason-UNIT_EXISTS = 单位 { $unit } 已登记，且内容不同。
reason-UNIT_UNKNOWN = 该单位未登记。
reason-UNIT_CLOSED = 该单位已撤销。
reason-LEVEL_MISMATCH = { $level }单位与区划 { $division } 的级别不符。
reason-COMPETENCE_OUTSIDE_AREA = { $division } 的职责超出了本单位辖区 { $area }。
reason-OFFICER_EXISTS = 人员 { $officer } 已登记。
reason-OFFICER_UNKNOWN = 该人员未登记。
reason-NO_ROLE = 人员至少要有一个角色。
reason-DUTIES_NOT_SEPARATED = 系统管理员和审计员不能由同一人担任。
reason-OTHER_CREDIT_CODE = 登记的统一社会信用代码为 { $known }；代码不同即为另一机构。

## 消费组

reason-GROUP_UNKNOWN = 没有名为 { $name } 的消费组。
reason-GROUP_EXISTS = 消费组 { $name } 已存在，且设置不同。
reason-TOO_MANY_GROUPS = 一个单位最多有 { $most } 个消费组。
reason-GROUP_CROWDED = 消费组的 { $most } 个席位已满。

## Webhook 推送

reason-WEBHOOKS_OFF = 运维人员没有允许向任何主机推送。
reason-WEBHOOK_EXISTS = 本单位已有地址和筛选条件相同的推送：{ $webhook }。
reason-TOO_MANY_WEBHOOKS = 一个单位最多有 { $most } 个推送。
reason-TOO_MANY_SECRETS = 仍有 { $most } 个旧密钥在签名；请等最早的一个到期，或令旧密钥全部立即失效。
reason-WEBHOOK_OWNER_LOST = 推送所属的账号 { $owner } 已无权订阅本单位的事件。

## 隐患

reason-HAZARD_UNKNOWN = 没有这个编号的隐患。
reason-HAZARD_FOUND_ALREADY = 隐患 { $hazard } 已登记。
reason-HAZARD_NOT_HERE = 隐患处于“{ $word }”，不能{ $action }。
reason-HAZARD_NOT_YOUR_UNIT = 此事由单位 { $unit } 办理。
reason-HAZARD_NOT_FIRE = 临时查封和解除由消防救援机构办理（消防法第五十四条）。
reason-HAZARD_SECOND_PERSON = 须由申请、同意、审查的人以外的第二人办理。
reason-HAZARD_MAJOR_ON_SPOT = 重大隐患应当按方案整改，不能按当场整改办理。
reason-HAZARD_EVIDENCE_MISSING = 缺少佐证材料：至少附一份材料。
reason-HAZARD_DEADLINE_BY_LAW = 一般隐患的整改期限按期限表计算，不另填日期。
reason-HAZARD_DEADLINE_MISSING = 重大隐患须填写整改方案的截止日期。
reason-HAZARD_DEADLINE_OUTSIDE = { $until } 已过，或者晚于允许的期限 { $last }。
reason-HAZARD_INTERIM_MISSING = 重大隐患整改期间须有防护措施。
reason-HAZARD_MONEY_UNREADABLE = 资金须为以分为单位的整数。
reason-HAZARD_EXTENSION_ASKED = 已申请延期，尚未决定。
reason-HAZARD_EXTENSION_USED = 只能延期一次，已经延期。
reason-HAZARD_NO_EXTENSION_ASKED = 没有待决定的延期申请。
reason-HAZARD_NO_EXTENSION = { $until } 不晚于现有期限。
reason-HAZARD_OVERDUE = 整改期限已于 { $due } 届满。
reason-HAZARD_NOT_OVERDUE = 隐患没有逾期，不能因逾期立案处罚。
reason-HAZARD_LISTED_ALREADY = 隐患已挂牌督办。
reason-HAZARD_PENALTY_OPEN = 已立案处罚。
reason-HAZARD_FIXED_BY_THEM = 人员 { $officer } 是整改人或者报告人，须由他人复查。
reason-HAZARD_TOO_FEW_ON_SITE = 到场人员 { $present } 名，须有 { $needed } 名。
reason-HAZARD_OUT_OF_USE = 场所已查封或者停用，须先经审查恢复使用。
reason-HAZARD_IN_USE = 场所没有查封或者停用。
reason-HAZARD_SEAL_PENDING = 临时查封正在等待集体研究决定。
reason-HAZARD_NO_SEAL_PENDING = 没有待决定的临时查封。
reason-HAZARD_NOT_COLLECTIVE = 参与决定 { $deciders } 人，集体研究决定须有 { $needed } 人。
reason-HAZARD_DECISION_MISSING = 须附有文号的临时查封决定书。
reason-HAZARD_REVIEW_ASKED = 已申请恢复使用。
reason-HAZARD_REVIEW_NOT_ASKED = 没有待审查的恢复使用申请。
reason-HAZARD_NOT_REVIEWED = 审查通过后方可恢复使用。
reason-HAZARD_SAME_UNIT = 隐患已由单位 { $unit } 负责。
reason-HAZARD_OUTSIDE_AREA = { $division } 不在 { $area } 辖区内。
reason-HAZARD_BEFORE_LAST = 不能早于 { $since }（隐患进入当前阶段的时间）。
reason-HAZARD_VOID_PROPOSED = 已提出作废。
reason-HAZARD_NO_VOID_PROPOSED = 没有人提出作废。

## 联合检查

reason-INSPECTION_UNKNOWN = 没有这个编号的检查。
reason-INSPECTION_PLANNED_ALREADY = 检查 { $inspection } 已列入计划。
reason-INSPECTION_NOT_HERE = 检查处于“{ $word }”，不能{ $action }。
reason-INSPECTION_LOCKED = 检查记录已签字锁定，只能补充记录。
reason-INSPECTION_NOT_THE_LEAD = 此事由牵头单位 { $unit } 办理。
reason-INSPECTION_NOT_YOUR_MEMBER = 此事由单位 { $unit } 对本单位人员办理。
reason-INSPECTION_NOT_INVITED = 单位 { $unit } 不在受邀单位之列。
reason-INSPECTION_AGENCY_NOT_INVITED = { $agency }有检查表，但没有单位参加检查。
reason-INSPECTION_CANNOT_LEAD = { $agency }不能牵头检查。
reason-INSPECTION_TIER_ABOVE = { $level }单位不能开展{ $tier }层级的检查。
reason-INSPECTION_OUTSIDE_AREA = { $division } 不在 { $area } 辖区内。
reason-INSPECTION_NO_CHECKLIST = 检查至少要有一张检查表。
reason-INSPECTION_NO_SUCH_CHECKLIST = 没有检查表 { $checklist } 第 { $version } 版。
reason-INSPECTION_OLD_CHECKLIST = 检查表 { $checklist } 已有第 { $newest } 版，新的检查须用新版。
reason-INSPECTION_CHECKLIST_TWICE = 检查表 { $checklist } 重复。
reason-INSPECTION_CONFLICT = 人员 { $officer } 与被检查单位有利害关系，应当回避（行政处罚法第四十三条）。
reason-INSPECTION_RECUSED = 人员 { $officer } 已回避，不能参加本次检查。
reason-INSPECTION_CONFIRMED_ALREADY = 人员 { $officer } 已在检查组内。
reason-INSPECTION_DELEGATION_NOT_POLICE = 只有公安派出所可以受委托实施消防检查（消防法第五十三条），{ $agency }不可以。
reason-INSPECTION_TOO_FEW_QUALIFIED = 持执法证的检查人员 { $have } 人，不得少于 { $need } 人（行政处罚法第四十二条）。
reason-INSPECTION_ONE_AGENCY = 联合检查须有两个以上部门，检查组只有{ $agency }。
reason-INSPECTION_NOT_CONFIRMED = 单位 { $unit } 尚未确认参加人员。
reason-INSPECTION_NOBODY_FOR_FIRE = 检查表含消防内容，检查组须有消防人员或受委托的公安派出所民警。
reason-INSPECTION_NOT_ON_TEAM = 人员 { $officer } 不是检查组成员。
reason-INSPECTION_ALREADY_THERE = 人员 { $officer } 已签到。
reason-INSPECTION_NOT_THERE = 人员 { $officer } 于 { $at } 不在现场。
reason-INSPECTION_NO_SUCH_LINE = 本次检查的检查表没有 { $line } 这一项。
reason-INSPECTION_FIRE_LINE = { $line } 是消防检查项，须由消防救援机构或受委托的公安派出所检查（消防法第五十三条）。
reason-INSPECTION_OTHER_SHEET = { $line } 在{ $agency }的检查表上。
reason-INSPECTION_FAIL_WITHOUT_FINDING = { $line } 不合格，须写明部位和情况。
reason-INSPECTION_NOT_ASKED = 复查只查不合格项，{ $line } 不在其中。
reason-INSPECTION_ANSWERED_TWICE = { $line } 有两个检查结果。
reason-INSPECTION_IMPOSSIBLE_TIMES = 检查起止时间 { $from } 至 { $until } 有误：结束早于开始，或者晚于签字、上报时间。
reason-INSPECTION_OTHER_DAY = 检查实际开始于 { $from }，不是 { $on }。
reason-INSPECTION_UNANSWERED = { $line } 还没有检查结果。
reason-INSPECTION_ABSENT = 成员 { $officer } 未签到，请等待或办理退出。
reason-INSPECTION_SIGNED_ALREADY = 已签字，不能重复。
reason-INSPECTION_STILL_THERE = 成员 { $officer } 尚未签退。
reason-INSPECTION_NOTHING_FAILED = 没有需要复查的项目。
reason-INSPECTION_HAZARD_OPEN = 隐患 { $hazard } 尚未销号，也未移交处罚。

## 随机抽查

reason-DRAW_MADE_ALREADY = 抽查 { $draw } 已经抽取过。
reason-DRAW_TOO_FEW_TARGETS = 抽取 { $need } 个对象，名录库只有 { $have } 个。
reason-DRAW_TOO_FEW_INSPECTORS = { $institution } 没有足够的无利害关系检查人员。

## 专项行动

reason-CAMPAIGN_UNKNOWN = 没有这个编号的专项行动。
reason-CAMPAIGN_DRAFTED_ALREADY = 专项行动 { $campaign } 已起草。
reason-CAMPAIGN_NOT_HERE = 专项行动处于“{ $word }”，不能{ $action }。
reason-CAMPAIGN_PLAN_EMPTY = 方案至少须有一个发文部门、一个阶段和一项任务。
reason-CAMPAIGN_PHASE_TWICE = 阶段“{ $phase }”重复。
reason-CAMPAIGN_PHASE_OUTSIDE = 阶段“{ $phase }”的起止日期颠倒或不在行动期间内。
reason-CAMPAIGN_NOT_LEAD = 此事由牵头单位 { $unit } 办理。
reason-CAMPAIGN_NOT_ISSUER = { $agency }（{ $level }）不是本次行动的发文部门。
reason-CAMPAIGN_NOT_HEAD = 须由单位 { $unit } 的主要负责人签发。
reason-CAMPAIGN_SIGNED_ALREADY = { $agency }已签发。
reason-CAMPAIGN_NOT_YOUR_AREA = { $division } 不是本次行动中您单位的辖区。
reason-CAMPAIGN_RELAXED = 阶段“{ $phase }”只能加严，不得推迟结束日期，不得降低比例。
reason-CAMPAIGN_NO_SUCH_PHASE = 本次行动没有“{ $phase }”阶段。
reason-CAMPAIGN_TOO_EARLY = 时间未到，{ $from } 起方可办理。
reason-CAMPAIGN_NO_SUCH_POST = { $post } 不在本次行动的报送范围内。
reason-CAMPAIGN_NOT_YOUR_POST = { $post } 不在您单位的辖区内，不能代为报送。
reason-CAMPAIGN_RETURN_DATE = { $post } 的数据截至 { $through }，不在行动期间内或尚未到期。
reason-CAMPAIGN_RETURN_SUPERSEDED = { $post } 已报送截至 { $through } 的数据。
reason-CAMPAIGN_RETURN_INCONSISTENT = { $post } 的数据自相矛盾：分项大于总项。
reason-CAMPAIGN_OWN_FREEZE = 数据由人员 { $officer } 冻结，须由他人核对。
reason-CAMPAIGN_DIGEST_DIFFERS = 重新计算的摘要为 { $found }，与冻结的 { $frozen } 不符。
reason-CAMPAIGN_FIGURES_DIFFER = { $count } 个单位的报送数据与重新计算的不一致：{ $posts }。
reason-CAMPAIGN_FIGURES_UNATTRIBUTED = 有 { $count } 处统计数据没有对应的填报单位：{ $posts }。
reason-CAMPAIGN_RETURNS_MISSING = { $count } 个单位尚未报送（缺报不是零）：{ $posts }。须补报或说明理由。

## Dispatches and staff counts

reason-DISPATCH_UNKNOWN = 没有这个编号的出动记录。
reason-DISPATCH_REPORTED_ALREADY = 出动记录 { $dispatch } 已登记。
reason-DISPATCH_VOID_ALREADY = 出动记录 { $dispatch } 已作废。
reason-DISPATCH_NOT_YOUR_POST = { $post } 不是单位 { $unit } 的层级和辖区，出动由派出单位自行登记。
reason-DISPATCH_PERSONS = 一次出动为 1 至 { $max } 人，填报为 { $persons } 人。
reason-DISPATCH_INSTITUTIONS = 一次出动检查 1 至 { $max } 所机构，不得重复。
reason-DISPATCH_OUTSIDE_AREA = { $division } 不在 { $area } 辖区内。
reason-DISPATCH_FUTURE = { $on } 尚未到来。
reason-DISPATCH_NOT_LEADER = 须由单位 { $unit } 的负责人作废。
reason-STAFF_COUNT_UNKNOWN = 没有这个编号的从业人员查询记录。
reason-STAFF_COUNT_REPORTED_ALREADY = 从业人员查询记录 { $count } 已登记。
reason-STAFF_COUNT_VOID_ALREADY = 从业人员查询记录 { $count } 已作废。
reason-STAFF_COUNT_PERSONS = 一条查询记录为 1 至 { $max } 人，按序且不重复；填报为 { $persons } 人。
reason-STAFF_COUNT_OUTSIDE_AREA = { $division } 不在 { $area } 辖区内。
reason-STAFF_COUNT_FUTURE = { $on } 尚未到来。
reason-STAFF_COUNT_NOT_LEADER = 须由单位 { $unit } 的负责人作废。
