using DurableRouter.Core.Errors;
using SQLitePCL;

namespace DurableRouter.Engine.Storage;

/// <summary>SQLite refused. <see cref="ToRouterException"/> says it in the product's terms.</summary>
sealed class StorageException(int extendedCode, string message) : Exception($"SQLite {extendedCode}: {message}")
{
    int Code => extendedCode & 0xff;

    /// <summary>True when the same write may succeed later without anybody repairing the database.</summary>
    public bool IsTransient => Code is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public DurableRouterException ToRouterException(string file) => Code switch
    {
        raw.SQLITE_FULL => new(ErrorCodes.StorageFull,
            $"The disk of {file} is full. Accepted runs wait and go on when space returns; nothing was lost. Free some space.", this)
        {
            RetryAfter = TimeSpan.FromSeconds(30),
        },
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(ErrorCodes.StorageBusy,
            $"Another program has kept {file} locked for more than 5 seconds. Nothing was changed. Close it and try again.", this)
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        },
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new(ErrorCodes.DatabaseCorrupt,
            $"{file} is damaged: {Message}. Nothing more is written to it. Keep the file, restore a backup from the folder beside it.", this),
        _ => new(ErrorCodes.StorageFailed, $"Writing to {file} failed: {Message}. The last commits may be missing; restart the host to go on from what is stored.", this),
    };
}
