### 字段不符合要求之处。键为 violation- 加稳定理由。

violation-REQUIRED = 必须填写。
violation-UNSPECIFIED = 必须选择。
violation-UNKNOWN_VALUE = 没有编号为 { $value } 的选项。
violation-MUST_BE_EMPTY = 此处不应填写。
violation-TWICE = 有重复的内容。
violation-TOO_MANY = 有 { $count } 项，最多 { $max } 项。
violation-TOO_FEW = 只有 { $count } 项，至少 { $min } 项。
violation-OUT_OF_RANGE = 应在 { $min } 到 { $max } 之间。
violation-AND_MORE = 另有 { $count } 处不符合要求，未逐一列出。
violation-OTHER = 不符合要求。

violation-TEXT_EMPTY = 不能为空。
violation-TEXT_TOO_LONG = 有 { $length } 个字符，最多 { $max } 个。
violation-TEXT_CONTROL = 第 { $place } 个字符是不可见的控制字符（{ $code }）。

violation-ID_PREFIX = 此类编号以 { $prefix }- 开头。
violation-ID_SHAPE = 编号格式为“前缀-六位区划-八位日期-序号-校验位”。
violation-ID_CHECK = 校验位不符，请核对编号。
violation-DIRECTORY_ID = 编号以 { $prefix }- 开头，由4到40个字母、数字或 . _ - 组成。
violation-MATTER_ID = 应为线索（CL-）、移送（RF-）、检查（JI-）或隐患（HZ-）编号。
violation-UUID = 不是有效的 UUID。
violation-HASH = 应为64位十六进制数字。
violation-NOT_UPLOADED = 材料尚未上传。

violation-TIME_IMPOSSIBLE = 不是可能的时间。
violation-TIME_FUTURE = 不能晚于现在（{ $now }）。
violation-TIME_ORDER = 应晚于 { $after }。
violation-DATE = 日期格式为 YYYY-MM-DD，且须真实存在。

violation-DIVISION_CODE = 行政区划代码为六位数字，首位不为零。
violation-DIVISION_UNKNOWN = 没有行政区划代码 { $code }。
violation-DIVISION_NOT_YET = 行政区划 { $code } 自 { $from } 起设立。
violation-DIVISION_ABOLISHED = 行政区划 { $code } 已于 { $on } 撤销，继任代码：{ $successors }。

violation-NUMBER_SERIAL = 发文字号应以序号和“号”结尾。
violation-NUMBER_YEAR = 发文字号应有括号中的年份，例如〔2026〕。
violation-NUMBER_AGENCY = 发文字号应以机关代字开头，例如“湘教”。

violation-PHONE_MOBILE = 手机号码为11位，以13至19开头。
violation-PHONE = 应为手机号码，或区号加7至8位的固定电话。

violation-RESIDENT_ID_LENGTH = 公民身份号码为18位，此处为 { $length } 位。
violation-RESIDENT_ID_CHARACTER = 第 { $place } 位应为数字。
violation-RESIDENT_ID_DIVISION = 前六位不是行政区划代码。
violation-RESIDENT_ID_BIRTH = 出生日期不存在。
violation-RESIDENT_ID_FUTURE = 出生日期晚于事发当日。
violation-RESIDENT_ID_CHECK = 校验位不符，请核对号码。

violation-CREDIT_CODE_LENGTH = 统一社会信用代码为18位，此处为 { $length } 位。
violation-CREDIT_CODE_CHARACTER = 第 { $place } 位的字符不会出现在统一社会信用代码中。
violation-CREDIT_CODE_ORGANISATION = 组织机构代码校验位（第17位）不符，请核对。
violation-CREDIT_CODE_CHECK = 最后一位校验码不符，请核对。

violation-CHARGE = 罪名应为刑法第102条至第451条的条文号，例如 266 或 236-1。

violation-UNIT_UNKNOWN = 单位 { $unit } 未登记或已撤销。
violation-OFFICER_UNKNOWN = 人员 { $officer } 不是在用人员：未登记、已停用，或不属于要求的单位。
violation-OFFICER_OUTSIDE_AREA = 人员 { $officer } 所属单位的管辖区域不含该隐患所在地。
violation-OFFICER_NOT_FIRE = 人员 { $officer } 不属于消防救援机构；临时查封由消防救援机构决定（消防法第五十四条）。
violation-OFFICER_NOT_LEADER = 人员 { $officer } 不是部门或单位负责人；口头批准临时查封须由负责人作出。
violation-INSTITUTION_UNKNOWN = 机构未登记。
violation-SHARE = 比例须大于零且不超过全部。
violation-CAMPAIGN_VERSION = 没有第 { $version } 版，现有 { $count } 版。
violation-CAMPAIGN_TEMPLATE = 没有这个模板，现有 { $known }。
violation-CAMPAIGN_POST = { $post } 不在本次行动的报送范围内。
violation-CAMPAIGN_DAY = { $on } 不在专项行动期间内（{ $opens } 起）。
violation-CAMPAIGN_UNKNOWN = 没有这个专项行动。
violation-NO_COMPETENT_UNIT = { $division } 没有负责此类事项的{ $agency }单位。
violation-PASSWORD = 密码至少 { $min } 个字符、最多 { $max } 个字节，须含大写字母、小写字母、数字、其他字符中的至少三类，且不得包含本人的警号（工号）。
violation-PAGE_TOKEN = 翻页标记无效，请从第一页开始。
violation-CONSISTENCY_TOKEN = 一致性标记无效。
violation-POSITION = 不是本服务给出的位置。
violation-POSITION_AHEAD = 超出日志末尾（{ $head }）：位置属于另一日志，或日志已从备份恢复；请先取快照再重新订阅。
violation-OTHER_LOG = 不是本日志（{ $log }）；请先取快照再重新订阅。
violation-KIND_UNKNOWN = 没有名为 { $kind } 的事件；GET /v1/schemas 列出全部，末尾的星号代表任意结尾。
violation-GROUP_NAME = 须为 1 至 { $max } 个字符，只用 a-z、0-9 和连字符，且不以连字符开头。
violation-URL = 不是可推送的地址：应为 https://主机/路径，不超过 { $max } 个字符，不含用户名和片段。
violation-URL_SCHEME = 必须以 https:// 开头。
violation-URL_HOST = 运维人员没有允许主机 { $host }。
violation-URL_ADDRESS = 平台不向地址 { $host } 推送。
violation-WEBHOOK_ID = 不是推送的编号：应为 WH- 加数字。
violation-STREAM_PREFIX = 应为流名的开头：最多 { $max } 个字符，限 A-Z a-z 0-9 . _ -
violation-DIVISION_PREFIX = 应为行政区划代码，或其开头的 1 至 5 位数字。
violation-WORD_UNKNOWN = 没有 { $word } 这一选项；可用：{ $allowed }。
violation-PARAMETER_UNKNOWN = 没有这一参数；可用：{ $allowed }。
violation-ORDER_OF_PARTS = 第一条消息应为选项，其后为内容。
violation-COLUMN = 没有名为“{ $column }”的列。
violation-COLUMNS = 有 { $count } 列，标题行为 { $expected } 列。
violation-ROW = 这一行无法读取。
violation-RECORD_TOO_LONG = 这条记录超过 { $max } 个字节。
violation-NOT_UTF8 = 不是 UTF-8 编码的文本。
violation-NOT_JSON_OBJECT = 不是一个 JSON 对象（第 { $column } 列附近）。
violation-WORD = “{ $value }”不是可用的代码。
violation-TOO_MANY_RECORDS = 文件超过 { $max } 条记录，自本条起未导入，请拆分文件。
violation-SOURCE_TAKEN = 来源编号已用于另一条线索 { $clue }，内容不同，未导入。
violation-FORMULA = 像电子表格公式；请写成文字。
violation-INTEGER = 应为整数，且不超出范围。
violation-NEGATIVE = 不能是负数。
