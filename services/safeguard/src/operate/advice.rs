//! What an operator can do about a failure of the machinery, in Chinese. The English texts stand with the errors
//! themselves. Never here: refusals of the hub.

use eventlog::{BackupError, OpenError, Outage, ReadError};
use hub::open::OpenHubError;
use hub::seal::SealError;
use hub::serve::ServeError;

/// What to do about a failure, in Chinese; in English the errors say it.
pub(crate) fn advice(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        let opening = cause.downcast_ref::<OpenHubError>().and_then(opening);
        let log = || cause.downcast_ref::<OpenError>().map(log);
        let keys = || cause.downcast_ref::<SealError>().and_then(keys);
        let copy = || cause.downcast_ref::<BackupError>().and_then(copy);
        let read = || cause.downcast_ref::<ReadError>().and_then(read);
        let serving = || {
            matches!(cause.downcast_ref(), Some(ServeError::Bind { .. }))
                .then_some("这个地址用不了，多半已被占用；用 --grpc 换一个。")
        };
        opening.or_else(log).or_else(keys).or_else(copy).or_else(read).or_else(serving)
    })
}

fn opening(error: &OpenHubError) -> Option<&'static str> {
    match error {
        OpenHubError::Directory { .. } => Some("数据目录用不了；检查路径和权限，或用 --data 换一个。"),
        OpenHubError::Running { .. } => {
            Some("平台正在这个目录上运行；先停止它（Ctrl-C 或 systemctl stop safeguard），或换一个 --data。")
        }
        OpenHubError::Log(error) => Some(log(error)),
        OpenHubError::Keys(error) => keys(error),
        OpenHubError::Papers(_)
        | OpenHubError::Permit(_)
        | OpenHubError::View(_)
        | OpenHubError::Reads(_)
        | OpenHubError::Identity(_) => None,
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
        OpenError::Unavailable { reason, .. } => outage(reason),
    }
}

fn outage(reason: &Outage) -> &'static str {
    match reason {
        Outage::Full => "磁盘已满；腾出空间后自动恢复。",
        Outage::ReadOnly => "文件或目录只读；恢复写权限。",
        Outage::Busy => "另一个进程占用日志过久；检查是否有备份或 sqlite 终端锁着它，再试。",
        Outage::Damaged { .. } => "日志已损坏：停止写入，保留全部文件的副本，恢复最近的完好备份。",
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
