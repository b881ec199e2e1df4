using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SQLitePCL;

namespace DurableRouter.Engine.Storage;

/// <summary>A prepared statement over the native interface: the write path runs thousands of these a second, and
/// <c>SqliteCommand</c> looks every parameter up by name and boxes its value.</summary>
sealed class Statement : IDisposable
{
    readonly sqlite3 database;
    readonly sqlite3_stmt handle;
    int parameter;

    public Statement(sqlite3 database, string sql)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out handle));
    }

    public Statement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(handle, ++parameter, value));
        return this;
    }

    public Statement Add(long? value) => value is { } present ? Add(present) : AddNull();

    public Statement Add(bool value) => Add(value ? 1L : 0L);

    public Statement Add(string? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        Check(raw.sqlite3_bind_text(handle, ++parameter, value));
        return this;
    }

    /// <summary>Binds a blob; an empty one is stored as empty, not as NULL.</summary>
    public Statement Add(ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++parameter, 0) : raw.sqlite3_bind_blob(handle, ++parameter, value));
        return this;
    }

    public Statement AddNull()
    {
        Check(raw.sqlite3_bind_null(handle, ++parameter));
        return this;
    }

    public Statement AddBytes(ReadOnlyMemory<byte>? value) => value is { } present ? Add(present.Span) : AddNull();

    public Statement AddJson<T>(T? value, JsonTypeInfo<T> type) where T : class =>
        value is null ? AddNull() : Add(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Binds a hash that is written as hexadecimal digits elsewhere: half the bytes.</summary>
    public Statement AddHex(string? value) => value is null ? AddNull() : Add(Convert.FromHexString(value));

    /// <summary>Runs a statement without a result.</summary>
    /// <returns>The rows it changed.</returns>
    public int Run()
    {
        Step();
        Reset();
        return raw.sqlite3_changes(database);
    }

    /// <summary>Runs a statement and reads one text column of its first row.</summary>
    public bool TryRead(out string? first, out string? second)
    {
        var found = Step();
        first = found ? Text(0) : null;
        second = found && raw.sqlite3_column_count(handle) > 1 ? Text(1) : null;
        Reset();
        return found;
    }

    public long? ReadNumber()
    {
        long? value = Step() && raw.sqlite3_column_type(handle, 0) != raw.SQLITE_NULL ? raw.sqlite3_column_int64(handle, 0) : null;
        Reset();
        return value;
    }

    public void Dispose() => handle.Dispose();

    string? Text(int column) =>
        raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(handle, column).utf8_to_string();

    bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        var failure = new StorageException(raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string());
        Reset();
        throw failure;
    }

    void Reset()
    {
        parameter = 0;
        _ = raw.sqlite3_reset(handle); // repeats the code of the failed step, which was already reported
        _ = raw.sqlite3_clear_bindings(handle);
    }

    void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new StorageException(raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string());
        }
    }
}
