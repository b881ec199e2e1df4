using System.Diagnostics;
using System.Text.Json;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Storage;

/// <summary>Who holds a data folder.</summary>
/// <param name="Url">Where its HTTP interface listens; null for a command that serves none.</param>
public sealed record FolderHolder(int ProcessId, string Machine, string Program, DateTimeOffset Since, string? Url);

/// <summary>The fence of a data folder: an operating-system lock that dies with its process. The holder's name stands in a second file,
/// because a locked file can't be read by others on every system.</summary>
public sealed class DataFolderLock : IDisposable
{
    const string LockFile = "host.lock";
    const string HolderFile = "host.json";
    const int MaxTries = 6;
    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(25);
    readonly FileStream file;
    readonly string folder;

    DataFolderLock(string folder, FileStream file)
    {
        this.folder = folder;
        this.file = file;
    }

    /// <exception cref="DurableRouterException">Code <c>data_folder_locked</c>, naming the holder.</exception>
    public static DataFolderLock Acquire(string folder, TimeProvider clock)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return Lock(folder, clock);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The data folder {Path.GetFullPath(folder)} can't be written: {e.Message} Nothing was changed. Change its rights, or choose another folder with --data.", e);
        }
    }

    static DataFolderLock Lock(string folder, TimeProvider clock)
    {
        try
        {
            var file = Open(Path.Combine(folder, LockFile));
            var held = new DataFolderLock(folder, file);
            held.Announce(clock, url: null);
            return held;
        }
        catch (IOException e) when (e is not DirectoryNotFoundException and not FileNotFoundException)
        {
            var by = FindHolder(folder) is { } holder
                ? $"process {holder.ProcessId} on {holder.Machine} ({holder.Program}, since {holder.Since:u}{(holder.Url is null ? "" : $", {holder.Url}")})"
                : "another process";
            throw new DurableRouterException(ErrorCodes.DataFolderLocked,
                $"The data folder {Path.GetFullPath(folder)} is held by {by}. Nothing was changed. Use that host, stop it, or choose another folder with --data.", e);
        }
    }

    /// <summary>Writes down where this host listens, so that commands on the same folder can go through it.</summary>
    public void Announce(TimeProvider clock, string? url)
    {
        using var process = Process.GetCurrentProcess();
        var holder = new FolderHolder(Environment.ProcessId, Environment.MachineName, process.ProcessName, clock.GetUtcNow(), url);
        var path = Path.Combine(folder, HolderFile);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(holder, EngineJson.Default.FolderHolder));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The holder that last announced itself; it may be dead: only the lock tells.</summary>
    public static FolderHolder? FindHolder(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, HolderFile)), EngineJson.Default.FolderHolder);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The holder, if one lives.</summary>
    public static FolderHolder? FindLiveHolder(string folder)
    {
        if (!File.Exists(Path.Combine(folder, LockFile)))
        {
            return null;
        }

        try
        {
            using var probe = new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who may not write there can't try the lock; the holder takes its name away when it ends.
            return FindHolder(folder);
        }
    }

    // Whoever looks for a living holder (FindLiveHolder) holds the lock for a moment: that is no reason to refuse.
    static FileStream Open(string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < MaxTries)
            {
                Thread.Sleep(BetweenTries);
            }
        }
    }

    public void Dispose()
    {
        File.Delete(Path.Combine(folder, HolderFile));
        file.Dispose();
    }
}
