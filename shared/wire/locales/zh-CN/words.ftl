### 代码词。键为清单名加稳定代码。

## 紧急程度

urgency-U1 = 一级（立即）
urgency-U2 = 二级（24小时）
urgency-U3 = 三级（一般）
urgency-U4 = 四级（较低）

## 类别

category-minor-sexual-harm = 性侵未成年人
category-minor-abuse = 虐待、殴打未成年人
category-severe-bullying = 严重学生欺凌
category-minor-missing = 未成年人失踪、遗弃、拐卖
category-minor-danger = 未成年人面临其他侵害或危险
category-fire-exit = 疏散通道堵塞或消防设施停用
category-fire-other = 其他火灾隐患
category-premises = 场所设施
category-staff-access = 从业人员准入
category-fee-fraud = 预收费风险
category-illegal-operation = 无证办学
category-food = 食品安全
category-bus-traffic = 校车交通
category-perimeter = 校园周边
category-other = 其他

## 来源

channel-walk-in = 来访
channel-phone = 电话
channel-letter = 来信
channel-parent-app = 家长端
channel-school = 学校报告
channel-inspection = 检查发现
channel-online-patrol = 线上巡查
channel-superior = 上级交办
channel-other-agency = 其他部门转来
channel-media = 媒体

## 未成年人

minor-none = 不涉及未成年人
minor-minor = 已满14周岁未成年人
minor-under14 = 不满14周岁

## 侵害

harm-injury = 身体伤害
harm-sexual = 性侵害
harm-danger = 现实危险

## 身份

part-victim = 被侵害人
part-witness = 证人
part-suspect = 嫌疑人

## 部门

agency-EDU = 教育行政部门
agency-PSB = 公安机关
agency-FIRE = 消防救援机构
agency-SAMR = 市场监管部门
agency-SCI = 科技部门
agency-CULT = 文旅部门
agency-SPORT = 体育部门
agency-HEALTH = 卫生健康部门
agency-HOUSING = 住建部门
agency-CIVIL = 民政部门
agency-PROC = 检察机关
agency-HUB = 平台运行方

## 级别

level-county = 县级
level-city = 市级
level-province = 省级
level-nation = 国家级

## 角色

role-handler = 承办人
role-triage = 分流人员
role-leader = 部门负责人
role-head = 正职负责人
role-duty = 值班人员
role-auditor = 审计员
role-administrator = 系统管理员
role-service = 服务账号

## 材料

paper-letter = 移送书（函）
paper-report = 调查报告
paper-items = 涉案物品清单
paper-appraisal = 检验报告、鉴定结论
paper-other = 其他材料
paper-receipt = 回执
paper-decision = 决定书
paper-notice = 通知书
paper-evidence = 证据材料
paper-hand-over = 移交清单

## 核查结论

conclusion-substantiated = 查实
conclusion-unsubstantiated = 查否
conclusion-unverifiable = 无法查证

## 转交结果

outcome-filed-criminal = 刑事立案
outcome-filed-administrative = 行政受案
outcome-not-pursued = 不予处理
outcome-handled = 已作其他处理

## 撤案理由

withdrawal-no-criminal-facts = 没有犯罪事实
withdrawal-clearly-minor = 情节显著轻微，不认为是犯罪
withdrawal-time-barred = 已过追诉时效
withdrawal-amnesty = 特赦
withdrawal-suspect-died = 犯罪嫌疑人死亡
withdrawal-no-liability = 其他不追究刑事责任的情形

## 机构类型

institution-kindergarten = 幼儿园
institution-primary = 小学
institution-junior = 初中
institution-senior = 高中
institution-vocational = 中等职业学校
institution-special = 特殊教育学校
institution-subject-training = 学科类培训机构
institution-non-subject-training = 非学科类培训机构

## 队列事项

matter-mandatory-report = 强制报告
matter-clue-transfer = 线索转交
matter-referral = 案件移送

## 线索阶段

stage-received = 已接收
stage-merge-proposed = 待确认合并
stage-merged = 已合并
stage-triaged = 已分流
stage-assigned = 已分派
stage-verifying = 核查中
stage-substantiated = 查实
stage-unsubstantiated = 查否
stage-unverifiable = 无法查证
stage-transfer-requested = 待确认转交
stage-transferred-police = 已转交公安机关
stage-transferred-other = 已转交其他部门
stage-admin-handling = 行政处理中
stage-referral-opened = 已启动案件移送
stage-awaiting-feedback = 待答复举报人
stage-closed = 已办结

## 移送阶段

stage-drafting = 起草中
stage-abandoned = 已放弃
stage-pending-head = 待正职负责人审批
stage-head-refused = 不批准移送
stage-approved = 已批准移送
stage-delivered = 已移送
stage-not-police = 非公安管辖
stage-open = 待公安机关签收
stage-receipted = 已签收
stage-supplement-requested = 待补正
stage-forwarded = 已移交有管辖权的公安机关
stage-not-police-matter = 不属公安机关管辖
stage-filed = 已立案
stage-handed-over = 已移交涉案物品
stage-not-filed = 不予立案
stage-reconsidering = 复议中
stage-not-filed-upheld = 维持不予立案
stage-filing-supervision = 立案监督中
stage-ordered-to-file = 已通知立案
stage-returned-for-admin = 退回行政处理
stage-case-withdrawn = 已撤案
stage-concluded = 已办结

## 反向移送与队列阶段

stage-sent = 已发出
stage-handled = 已处理
stage-reported = 已反馈
stage-offered = 待认领
stage-claimed = 已认领
stage-requested = 待确认
stage-accepted = 已受理
stage-declined = 已退回
stage-answered = 已反馈
stage-ended = 已了结

## 临时查阅的阶段

stage-access-requested = 待审批
stage-access-refused = 未批准
stage-access-open = 有效
stage-access-review-due = 待审查
stage-access-reviewed = 已审查

## 临时查阅的办理

action-access-request = 申请
action-access-approve = 批准
action-access-refuse = 不批准
action-access-use = 查阅
action-access-review = 审查
action-access-ring = 触发时钟

## 临时查阅的最高级别

access-P2 = P2 个人信息
access-P3 = P3 敏感个人信息

## 删除的法定情形

basis-purpose-achieved = 目的已实现或不再必要（个人信息保护法第47条第1项）
basis-retention-over = 保存期限届满（个人信息保护法第47条第2项）
basis-consent-withdrawn = 撤回同意（个人信息保护法第47条第3项）
basis-unlawful = 违反法律或约定处理（个人信息保护法第47条第4项）
basis-other-law = 法律、行政法规规定的其他情形（个人信息保护法第47条第5项）

## 线索操作

action-clue-report = 登记线索
action-clue-react = 接收关联结果
action-clue-merge = 合并
action-clue-triage = 分流
action-clue-assign = 分派
action-clue-return = 退回
action-clue-verify = 核查
action-clue-conclude = 作出核查结论
action-clue-transfer = 转交
action-clue-confirm = 确认转交
action-clue-record-call = 登记110报警
action-clue-claim = 认领
action-clue-release = 放回队列
action-clue-receipt = 签收回执
action-clue-accept = 受理
action-clue-forward = 移交有管辖权的单位
action-clue-decline = 退回转交
action-clue-feedback = 反馈
action-clue-admin-case = 立行政案件
action-clue-fine = 作出罚款决定
action-clue-open-referral = 启动案件移送
action-clue-inform = 答复举报人
action-clue-reopen = 重新启动
action-clue-ring = 触发时钟

## 移送操作

action-referral-draft = 起草
action-referral-abandon = 放弃
action-referral-submit = 提交审批
action-referral-approve = 批准
action-referral-refuse = 不批准
action-referral-order-anew = 责令重新办理
action-referral-designate = 指定管辖
action-referral-deliver = 移送
action-referral-claim = 认领
action-referral-release = 放回队列
action-referral-receipt = 签收回执
action-referral-request-supplement = 通知补正
action-referral-supplement = 补正
action-referral-forward = 移交其他公安机关
action-referral-not-police = 告知不属公安机关管辖
action-referral-file = 立案
action-referral-not-file = 不予立案
action-referral-reconsider = 申请复议
action-referral-uphold = 维持不予立案
action-referral-suggest-supervision = 建议立案监督
action-referral-open-supervision = 启动立案监督
action-referral-give-reasons = 说明理由
action-referral-accept-reasons = 认可理由
action-referral-order-filing = 通知立案
action-referral-hand-over = 移交涉案物品
action-referral-accept-return = 接回行政处理
action-referral-withdraw = 撤案
action-referral-notify-withdrawal = 告知撤案
action-referral-conclude = 办结
action-referral-feedback = 反馈
action-referral-fine = 作出罚款决定
action-referral-ring = 触发时钟

## 反向移送操作

action-reverse-send = 发出
action-reverse-receipt = 签收
action-reverse-handle = 登记处理结果
action-reverse-report = 反馈结果

## 告知对象

told-handler = 承办人
told-leader = 部门负责人
told-superior = 上一级机关
told-procuratorate = 检察机关
told-city-duty = 市级值班人员
told-police-superior = 上一级公安机关
told-fallback = 兜底单位

## 时钟状态

clock-running = 计时中
clock-warned = 已预警
clock-breached = 已超期
clock-stopped = 已停止
clock-lapsed = 已期满
clock-paused = 已中止

## 隐患阶段

stage-hazard-found = 待定级
stage-hazard-graded = 已定级
stage-hazard-fixed-on-spot = 当场整改待验证
stage-hazard-noticed = 已通知整改
stage-hazard-rectifying = 整改中
stage-hazard-fix-reported = 待复查
stage-hazard-verified = 已销号
stage-hazard-transferred = 已移交
stage-hazard-voided = 已作废

## 隐患操作

action-hazard-open = 登记
action-hazard-grade = 定级
action-hazard-fix-on-spot = 登记当场整改
action-hazard-notify = 下达整改通知
action-hazard-rectify = 登记五落实
action-hazard-report-progress = 报告进展
action-hazard-ask-extension = 申请延期
action-hazard-grant-extension = 同意延期
action-hazard-deny-extension = 不同意延期
action-hazard-report-fix = 报告整改完成
action-hazard-verify = 复查销号
action-hazard-reject = 复查退回
action-hazard-list = 挂牌督办
action-hazard-open-penalty = 立案处罚
action-hazard-propose-seal = 提请临时查封
action-hazard-seal-orally = 口头同意后当场查封
action-hazard-seal = 作出临时查封决定
action-hazard-drop-seal = 决定不予查封
action-hazard-suspend = 责令停用
action-hazard-ask-resume = 申请恢复使用
action-hazard-pass-review = 审查通过
action-hazard-fail-review = 审查不通过
action-hazard-resume = 同意恢复使用
action-hazard-transfer = 移交其他部门
action-hazard-propose-void = 提出作废
action-hazard-approve-void = 同意作废
action-hazard-ring = 触发时钟

## 隐患类别

hazard-site = 场地
hazard-structure = 建筑结构
hazard-facility = 设施设备
hazard-fire-evacuation = 消防疏散
hazard-fire-equipment = 消防设施器材
hazard-fire-source = 火灾危险源
hazard-fire-management = 消防安全管理
hazard-gas-electric = 燃气用电
hazard-staff-access = 从业人员准入
hazard-insurance = 保险
hazard-security = 人防物防技防
hazard-bus-traffic = 校车交通
hazard-food = 食品
hazard-gathering = 人员密集场所
hazard-perimeter = 校园周边
hazard-fee = 收费
hazard-drill = 安全教育与演练
hazard-other = 其他

## 隐患等级

grade-general = 一般隐患
grade-major = 重大隐患

## 联合检查的阶段

stage-inspection-planned = 待组队
stage-inspection-team-formed = 已组队
stage-inspection-notified = 已通知
stage-inspection-unannounced = 不予通知
stage-inspection-en-route = 赴现场途中
stage-inspection-on-site = 现场检查
stage-inspection-obstructed = 受阻
stage-inspection-postponed = 已延期
stage-inspection-cancelled = 已取消
stage-inspection-recorded = 待签字
stage-inspection-signed = 已签字
stage-inspection-refused-to-sign = 拒绝签字
stage-inspection-issued = 待送达
stage-inspection-awaiting-rectification = 待整改
stage-inspection-re-inspection = 复查中
stage-inspection-closed = 已办结
stage-draw-made = 已抽取

## 联合检查的办理

action-inspection-plan = 列入计划
action-inspection-confirm-member = 确认参加人员
action-inspection-recuse = 办理回避
action-inspection-form-team = 组成检查组
action-inspection-notify = 通知被检查单位
action-inspection-leave-unannounced = 决定不予通知
action-inspection-set-out = 出发
action-inspection-check-in = 签到
action-inspection-check-out = 签退
action-inspection-record-line = 填写检查项
action-inspection-obstruct = 记录受阻
action-inspection-retry = 再次前往
action-inspection-postpone = 延期
action-inspection-resume = 恢复计划
action-inspection-cancel = 取消
action-inspection-complete = 完成记录
action-inspection-sign = 签字
action-inspection-sign-for-institution = 由被检查单位签字
action-inspection-refuse-to-sign = 记录拒签
action-inspection-supplement = 补充记录
action-inspection-issue = 出具检查结果
action-inspection-serve-notice = 送达整改通知
action-inspection-request-re-inspection = 申请复查
action-inspection-begin-re-inspection = 开始复查
action-inspection-complete-re-inspection = 完成复查
action-inspection-close = 办结
action-inspection-report = 补录检查
action-draw-make = 随机抽取
action-inspection-ring = 触发时钟

## 检查层级

tier-county = 县级排查
tier-city = 市级抽查
tier-province = 省级督导检查
tier-look-back = 回头看

## 检查结论

verdict-pass = 合格
verdict-fail = 不合格
verdict-fail-fixed = 不合格，当场改正
verdict-not-applicable = 不适用
verdict-not-checked = 未检查

## 专项行动的阶段

stage-campaign-drafting = 起草中
stage-campaign-approved = 已签发
stage-campaign-deployed = 已部署
stage-campaign-running = 进行中
stage-campaign-frozen = 数据已冻结
stage-campaign-verified = 已核对
stage-campaign-published = 已公布
stage-campaign-closed = 已结束

## 专项行动的办理

action-campaign-draft = 起草
action-campaign-sign = 签发
action-campaign-deploy = 部署
action-campaign-extend = 补充要求
action-campaign-begin = 启动阶段
action-campaign-submit = 报送数据
action-campaign-freeze = 冻结数据
action-campaign-verify = 核对数据
action-campaign-publish = 公布
action-campaign-correct = 更正数据
action-campaign-close = 结束

## 专项行动的各环节

phase-self-check = 自查
phase-county-inspection = 县级排查
phase-city-spot-check = 市级抽查
phase-provincial-spot-check = 省级督导检查
phase-look-back = 回头看

## Stages of dispatches and staff counts, acts on them

stage-dispatch-reported = 已登记
stage-dispatch-void = 已作废
stage-staff-count-reported = 已登记
stage-staff-count-void = 已作废
action-dispatch-report = 登记出动
action-dispatch-void = 作废出动记录
action-staff-count-report = 登记从业人员查询
action-staff-count-void = 作废从业人员查询记录

## 隐患的督促程度

pressure-none = 未超期
pressure-overdue = 超期
pressure-listed = 挂牌督办
pressure-penalty-proposed = 建议处罚
pressure-penalty-opened = 已立案处罚

## 隐患场所能否使用

use-free = 正常使用
use-seal-proposed = 提请查封
use-sealed-orally = 口头同意查封
use-sealed = 临时查封
use-suspended = 责令停用

## 恢复使用的审查、延期

review-asked = 已申请
review-passed = 已通过
extension-asked = 已申请
extension-granted = 已同意

## 隐患的整改与复查

look-hazard-fixed-on-spot = 当场整改
look-hazard-fix-reported = 报告整改完成
look-hazard-verified = 复查合格
look-hazard-rejected = 复查不合格
look-hazard-spot-rejected = 复查不合格
look-hazard-review-passed = 审查通过
look-hazard-review-failed = 审查不通过

## 专项行动的指标、计量单位和口径

figure-dispatch_person_times = 出动检查人员
figure-inst_inspected = 检查机构
figure-inst_safety_hazard = 存在设施设备、安全生产隐患的机构
figure-inst_fire_hazard = 存在消防隐患的机构
figure-inst_fire_evacuation = 其中：疏散条件不达标
figure-inst_fire_equipment = 其中：消防器材管理不规范
figure-staff_queried = 查询从业人员
counted-dispatch_person_times = 人次
counted-inst_inspected = 所
counted-inst_safety_hazard = 所
counted-inst_fire_hazard = 所
counted-inst_fire_evacuation = 所
counted-inst_fire_equipment = 所
counted-staff_queried = 名
definition-dispatch_person_times = 每次出动的人数相加；一次出动查几所机构，只计一次出动。
definition-inst_inspected = 检查过的不同机构；同一机构查几次只计一所。
definition-inst_safety_hazard = 查出场地、建筑、设施、燃气用电隐患的不同机构；作废的隐患不计。
definition-inst_fire_hazard = 查出任何一类消防隐患的不同机构；作废的隐患不计。
definition-inst_fire_evacuation = 查出疏散隐患的不同机构，是消防隐患机构的一部分；各类有重叠，不能相加。
definition-inst_fire_equipment = 查出消防器材隐患的不同机构，是消防隐患机构的一部分；各类有重叠，不能相加。
definition-staff_queried = 在平台上查询过的不同人员；同一人查几次只计一名。
