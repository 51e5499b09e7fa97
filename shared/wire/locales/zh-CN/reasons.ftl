### 拒绝的理由。键为 reason- 加稳定理由；占位符为事实。

## 接口层

reason-SHAPE = 请求有 { $count } 处不符合要求，请逐项更正。
reason-TOKEN_MISSING = 请先登录。
reason-TOKEN_BAD = 登录凭证无效，请重新登录。
reason-TOKEN_EXPIRED = 登录已过期，请重新登录。
reason-SIGN_IN_FAILED = 警号（工号）或密码不正确，或账号已停用。
reason-PASSWORD_CHANGE_REQUIRED = 请先修改一次性密码。
reason-PERMISSION = 您无权办理此事，或者此事不存在。
reason-CONTENDED = 多人同时办理同一事项，请重试。
reason-LOG_DOWN = 暂时无法写入记录，没有任何内容被保存。请在 { $seconds } 秒后重试；紧急情况请直接拨打110。
reason-LATE = 数据尚未更新到您要求的时点，请稍后再试。
reason-NOT_FOUND = 没有找到。
reason-PAPER_ERASED = 该材料已随当事人信息一并删除，无法再读取。
reason-TOO_LARGE = 内容超过上限（{ $limit } 字节）。
reason-TOO_SLOW = 接收过慢，连接已断开；请从最后收到的位置重新订阅。
reason-THROTTLED = 尝试次数过多，请在 { $seconds } 秒后重试。
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
