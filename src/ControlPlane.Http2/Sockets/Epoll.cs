using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ControlPlane.Http2.Sockets;

/// <summary>Linux's epoll(7), edge-triggered: says once of each socket that bytes have come, or that its peer has ended. Lives as long as the process.</summary>
internal sealed partial class Epoll
{
    private const int CloseOnExec = 0x80000;
    private const int AddWatch = 1;
    private const uint In = 0x1;
    private const uint Err = 0x8;
    private const uint Hup = 0x10;
    private const uint RdHup = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int Interrupted = 4;
    private const int MostEvents = 256;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int s_dataAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int s_size = s_dataAt + 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(MostEvents * s_size, pinned: true);
    private readonly int _descriptor;

    /// <summary>Opens one.</summary>
    /// <exception cref="IOException">The kernel gives none.</exception>
    public Epoll()
    {
        _descriptor = epoll_create1(CloseOnExec);
        if (_descriptor < 0)
            throw Fault("epoll_create1");
    }

    /// <summary>Watches a socket until it is closed. What has already come is said, too.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="key">What its events are to bear.</param>
    /// <exception cref="IOException">The kernel has no room for another one.</exception>
    public void Add(SafeSocketHandle socket, ulong key)
    {
        Span<byte> one = stackalloc byte[s_size];
        MemoryMarshal.Write(one, In | RdHup | EdgeTriggered);
        MemoryMarshal.Write(one[s_dataAt..], key);
        if (epoll_ctl(_descriptor, AddWatch, socket, ref MemoryMarshal.GetReference(one)) < 0)
            throw Fault("epoll_ctl");
    }

    /// <summary>Waits for events. One caller at a time.</summary>
    /// <returns>How many there are; <see cref="Event"/> gives each, until the next call.</returns>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public int Wait()
    {
        while (true)
        {
            var count = epoll_wait(_descriptor, ref MemoryMarshal.GetArrayDataReference(_events), MostEvents, timeout: -1);
            if (count >= 0)
                return count;
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Fault("epoll_wait");
        }
    }

    /// <summary>An event of the last wait: the key of its socket, and whether nothing more will come than what is there.</summary>
    public (ulong Key, bool IsLast) Event(int index)
    {
        var one = _events.AsSpan(index * s_size, s_size);
        return (MemoryMarshal.Read<ulong>(one[s_dataAt..]), (MemoryMarshal.Read<uint>(one) & (RdHup | Hup | Err)) != 0);
    }

    private static IOException Fault(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, SafeSocketHandle socket, ref byte one);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, ref byte events, int most, int timeout);
}
