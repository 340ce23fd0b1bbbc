namespace Grpc.Core;

/// <summary>The result codes of a call, with the numbers they have in the <c>grpc-status</c> header.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error of unknown kind, for instance an exception the handler did not translate.</summary>
    Unknown = 2,

    /// <summary>The caller gave an argument that is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call completed.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something the caller asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>Something the caller wanted to create exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but not allowed to do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or some other resource is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the system forbids the operation; do not retry until the state is changed.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was aborted, for instance by a conflict; the caller may retry the larger unit of work.</summary>
    Aborted = 10,

    /// <summary>An argument lies outside of the currently valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not have this method, or does not support what the request needs.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the implementation or of the protocol is broken.</summary>
    Internal = 13,

    /// <summary>The service can't be reached at the moment; retry with a back-off.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupted beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller has not proven who it is.</summary>
    Unauthenticated = 16,
}
