//! What an operator can do about a failure of the machinery, in Chinese. The English texts stand with the errors
//! themselves. Never here: refusals of the hub.

use eventlog::{BackupError, ClusterFault, OpenError, Outage, ReadError};
use hub::open::OpenHubError;
use hub::papers::{PaperError, Trouble};
use hub::seal::SealError;
use hub::serve::ServeError;
use hub::tls::TlsError;

/// What to do about a failure, in Chinese; in English the errors say it.
pub(crate) fn advice(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        let opening = cause.downcast_ref::<OpenHubError>().and_then(opening);
        let log = || cause.downcast_ref::<OpenError>().map(log);
        let keys = || cause.downcast_ref::<SealError>().and_then(keys);
        let papers = || cause.downcast_ref::<PaperError>().and_then(papers);
        let copy = || cause.downcast_ref::<BackupError>().and_then(copy);
        let read = || cause.downcast_ref::<ReadError>().and_then(read);
        let serving = || {
            matches!(cause.downcast_ref(), Some(ServeError::Bind { .. }))
                .then_some("这个地址用不了，多半已被占用；用 --grpc 换一个。")
        };
        let tls = || cause.downcast_ref::<TlsError>().map(tls);
        opening
            .or_else(log)
            .or_else(keys)
            .or_else(papers)
            .or_else(copy)
            .or_else(read)
            .or_else(serving)
            .or_else(tls)
    })
}

fn opening(error: &OpenHubError) -> Option<&'static str> {
    match error {
        OpenHubError::Directory { .. } => Some("数据目录用不了；检查路径和权限，或用 --data 换一个。"),
        OpenHubError::Running { .. } => {
            Some("平台正在这个目录上运行；先停止它（Ctrl-C 或 systemctl stop safeguard），或换一个 --data。")
        }
        OpenHubError::Address(_) => {
            Some("日志地址应为 sqlite:路径 或 kurrentdb://主机:端口,.../名称；检查设置 log。")
        }
        OpenHubError::Moved { .. } => Some("日志已搬到别处：把设置 log 改为新日志的地址，再启动。"),
        OpenHubError::Read(_) => None,
        OpenHubError::Log(error) => Some(log(error)),
        OpenHubError::Keys(error) => keys(error),
        OpenHubError::Papers(error) => papers(error),
        OpenHubError::Permit(_)
        | OpenHubError::View(_)
        | OpenHubError::Own(_)
        | OpenHubError::Identity(_) => None,
    }
}

fn papers(error: &PaperError) -> Option<&'static str> {
    match error {
        PaperError::Elsewhere { trouble, .. } => match trouble {
            Trouble::Refused { .. } => {
                Some("材料存储拒绝了凭据：检查访问密钥、它对存储桶的权限、region 和本机时钟。")
            }
            Trouble::NoBucket => Some("没有这个存储桶：先建立它，或更正设置 attachments。"),
            Trouble::Late => Some("材料存储没有按时答复：检查网络和它的负载，再试一次；重复存放不会出错。"),
            Trouble::Unreachable { .. } => {
                Some("连接不上材料存储：检查设置 attachments 中的 endpoint 和网络。")
            }
            Trouble::Answered { .. } | Trouble::Odd { .. } => {
                Some("材料存储答复异常：稍后再试；仍不行时检查它的状态和 region。")
            }
        },
        PaperError::Site(_) => Some(
            "设置 attachments 应为 file:路径 或 s3://存储桶/前缀?endpoint=https://主机:端口&region=...&path_style=true，不填即数据目录中的文件夹；其中不得写凭据。",
        ),
        PaperError::NoCredentials { .. } => Some(
            "缺少材料存储的凭据：设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或用 attachments_credentials 指定文件。",
        ),
        PaperError::Missing { .. } | PaperError::Altered { .. } => Some(
            "材料缺失或被改动：safeguard papers check 列出全部，再从备份补回（safeguard papers bring）。",
        ),
        PaperError::TooLarge { .. } | PaperError::Unavailable { .. } => None,
        PaperError::Seal(error) => keys(error),
    }
}

fn log(error: &OpenError) -> &'static str {
    match error {
        OpenError::Missing { .. } => "这个目录里没有日志；检查 --data。",
        OpenError::Foreign { .. } => "这个文件不是本平台的日志；换一个目录，或把它移走。",
        OpenError::Damaged { .. } => {
            "日志已损坏：保留它和 -wal、-shm 文件的副本，再用 safeguard restore 恢复最近的完好备份。"
        }
        OpenError::NewerSchema { .. } => "日志由更新的版本写成；请运行更新的版本。",
        OpenError::Cluster { fault, .. } => cluster(fault),
        OpenError::Unavailable { reason, .. } => outage(reason),
    }
}

fn cluster(fault: &ClusterFault) -> &'static str {
    match fault {
        ClusterFault::Setting { .. } => "日志地址中指定的文件或环境变量不可用；改正它，或从地址中去掉。",
        ClusterFault::Unreachable { .. } => "集群没有节点应答；检查主机、端口、网络，以及 tls 是否正确。",
        ClusterFault::Foreign { .. } => "该地址上应答的不是 KurrentDB 服务器；检查主机和端口。",
        ClusterFault::AtomPubOff { .. } => {
            "节点没有开启 AtomPub；请用 --enable-atom-pub-over-http 启动每个节点。"
        }
        ClusterFault::NoLeader { .. } => "集群没有主节点；启动足够多的节点，使多数在线。",
        ClusterFault::WrongCredentials => "集群不认识这个账户或密码；改正凭据。",
        ClusterFault::Forbidden { .. } => {
            "这个账户无权读取日志的类别流；在集群的 $settings 或该流的 $acl 中授权。"
        }
        ClusterFault::ProjectionsOff => {
            "集群没有运行投影；请用 --run-projections=System 和 --start-standard-projections 启动每个节点。"
        }
        ClusterFault::ProjectionStopped { .. } => "投影 $by_category 没有运行；在集群上启用它。",
        ClusterFault::ProjectionSeparates { .. } => {
            "投影 $by_category 的分隔方式不是 first 和 -，日志会一直是空的；在集群上改回，或为日志另用一个集群。"
        }
        ClusterFault::Unavailable { reason } => outage(reason),
    }
}

fn outage(reason: &Outage) -> &'static str {
    match reason {
        Outage::Full => "磁盘已满；腾出空间后自动恢复。",
        Outage::ReadOnly => "文件或目录只读；恢复写权限。",
        Outage::Busy => "另一个进程占用日志过久；检查是否有备份或 sqlite 终端锁着它，再试。",
        Outage::Damaged { .. } => "日志已损坏：停止写入，保留全部文件的副本，恢复最近的完好备份。",
        Outage::Unreachable { .. } => "集群没有可用的节点；检查集群状态和网络，恢复后自动继续。",
        Outage::Denied => "集群拒绝了这个账户；检查密码，以及它对日志各流和类别流的权限。",
        Outage::Slow { .. } => "集群没有按时应答；稍后再试，并检查其负载和投影 $by_category。",
        Outage::Moved { .. } => "日志已搬到别处：把设置 log 改为新日志的地址，再启动。",
        Outage::Failing { .. } | Outage::Closed | Outage::Told => "检查磁盘和系统日志。",
    }
}

fn keys(error: &SealError) -> Option<&'static str> {
    match error {
        SealError::WrongMasterKey { .. } => {
            Some("主密钥不对：用与这个密钥库配套的 master.key 或 SAFEGUARD_MASTER_KEY。")
        }
        SealError::MasterKeyMissing { .. } => {
            Some("缺少主密钥 master.key：从保管处取回；新的主密钥打不开任何内容。")
        }
        SealError::MasterKeyMalformed => Some("主密钥应为 64 个十六进制数字。"),
        SealError::KeyUnknown { .. } => Some("密钥库比日志旧：恢复最近的密钥库备份。"),
        SealError::NotScrubbed { .. } => Some("密钥已销毁，但写前日志中可能还有副本；再执行一次即可清除。"),
        SealError::NoPlace { .. } => {
            Some("设置 keys 应为 file:目录、unix:路径 或 https://主机:端口，或不填。")
        }
        SealError::NoLine { .. } => Some("无法呼叫密钥服务：检查设置 keys 和本进程的证书。"),
        SealError::Away { .. } => {
            Some("密钥服务没有应答，密封内容暂时打不开：检查那里的 safeguard serve --role keys。")
        }
        SealError::NotAdmitted { .. } => {
            Some("密钥服务不接纳本进程：用该服务的账户运行，或使用 keys_roles 中角色的证书。")
        }
        SealError::Elsewhere { .. } => {
            Some("密钥库在密钥服务那里：请在其数据目录所在的机器上，以 SAFEGUARD_KEYS=file:目录 执行。")
        }
        SealError::Foreign { .. }
        | SealError::NewerSchema { .. }
        | SealError::Unavailable { .. }
        | SealError::NoKeys { .. }
        | SealError::Altered { .. }
        | SealError::KeyAltered { .. }
        | SealError::BackupExists { .. }
        | SealError::NotSealed
        | SealError::CipherFailed => None,
    }
}

fn tls(error: &TlsError) -> &'static str {
    match error {
        TlsError::InTheClear { .. } => {
            "其他机器能访问这个地址，但没有启用 TLS：设置 tls_cert 和 tls_key（首套证书用 safeguard tls make 生成）；如前面另有 TLS，设置 plaintext = true。"
        }
        TlsError::Half { .. } => "这两项设置必须同时给出，或都不给。",
        TlsError::Both => "plaintext = true 与 tls_cert 矛盾；去掉其中一项。",
        TlsError::Unreadable { .. } => "文件读不到；检查路径和权限。",
        TlsError::Unfit { .. } => "文件内容不对；用 safeguard tls show 查看证书，证书和私钥应成对。",
    }
}

fn copy(error: &BackupError) -> Option<&'static str> {
    match error {
        BackupError::Exists { .. } => Some("备份从不覆盖；换一个目录。"),
        BackupError::Unavailable { reason, .. } => Some(outage(reason)),
        BackupError::NoFile | BackupError::Closed => None,
    }
}

fn read(error: &ReadError) -> Option<&'static str> {
    match error {
        ReadError::Unavailable { reason } => Some(outage(reason)),
        ReadError::Closed | ReadError::AheadOfLog { .. } => None,
    }
}
