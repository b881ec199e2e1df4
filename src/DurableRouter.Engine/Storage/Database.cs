using System.Globalization;
using System.Reflection;
using DurableRouter.Core.Errors;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DurableRouter.Engine.Storage;

/// <summary>Opens the one SQLite file of a data folder: durability settings, migrations, damage.</summary>
/// <remarks>One connection does every write and every checkpoint. That also keeps a data folder safe that an older SQLite opens: versions before 3.51.3
/// can lose a reset of the write-ahead log that two connections attempt at once.</remarks>
sealed class Database
{
    public const string FileName = "durable-router.db";
    readonly string connectionString;

    static Database()
    {
        Batteries_V2.Init();
        // No connection here is used by two threads at once: SQLite needs neither a lock of its own around each call nor a count of its memory.
        // It refuses both, with nothing lost, when another part of the process has opened a database before.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    Database(string path)
    {
        Path = path;
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
    }

    public string Path { get; }

    public static string SqliteVersion => raw.sqlite3_libversion().utf8_to_string();

    /// <summary>Opens or creates the database and brings its schema up to date; the caller holds the folder's lock.</summary>
    /// <returns>The connection that does every write.</returns>
    /// <exception cref="DurableRouterException">Codes <c>database_corrupt</c>, <c>database_newer</c>.</exception>
    public static (Database Database, SqliteConnection Writer) Open(string folder, Durability durability, TimeProvider clock)
    {
        var database = new Database(System.IO.Path.Combine(folder, FileName));
        SqliteConnection? writer = null;
        try
        {
            writer = database.Connect();
            Execute(writer, "PRAGMA journal_mode = WAL");
            Execute(writer, durability == Durability.PowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            // Four times the default: a checkpoint costs a flush of the database file, and 16 MB of log replay in no time.
            Execute(writer, "PRAGMA wal_autocheckpoint = 4000");
            Execute(writer, "PRAGMA cache_size = -65536");
            Execute(writer, "PRAGMA temp_store = MEMORY");
            database.Migrate(writer, clock);
            return (database, writer);
        }
        catch (SqliteException e)
        {
            writer?.Dispose();
            throw new StorageException(e.SqliteExtendedErrorCode, e.Message).ToRouterException(database.Path);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <summary>A connection for reading: it never writes and never checkpoints.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = Connect();
        Execute(connection, "PRAGMA query_only = 1");
        return connection;
    }

    SqliteConnection Connect()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA busy_timeout = 5000");
        return connection;
    }

    void Migrate(SqliteConnection writer, TimeProvider clock)
    {
        var steps = MigrationSteps();
        var current = Convert.ToInt32(Scalar(writer, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        var newest = steps.Count == 0 ? 0 : steps[^1].Version;
        if (current > newest)
        {
            throw new DurableRouterException(ErrorCodes.DatabaseNewer,
                $"{Path} has schema version {current}; this program knows up to {newest}. Nothing was changed. Use the newer program.");
        }

        if (current > 0 && current < newest)
        {
            BackUp(writer, current, clock);
        }

        foreach (var (version, sql) in steps.Where(s => s.Version > current))
        {
            using var transaction = writer.BeginTransaction();
            Execute(writer, sql);
            Execute(writer, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
            transaction.Commit();
        }
    }

    void BackUp(SqliteConnection writer, int version, TimeProvider clock)
    {
        var copy = string.Create(CultureInfo.InvariantCulture, $"{Path}.v{version}.{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.bak");
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        target.Open();
        writer.BackupDatabase(target);
    }

    static List<(int Version, string Sql)> MigrationSteps()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "DurableRouter.Engine.Schema.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (int.Parse(name[prefix.Length..^".sql".Length], CultureInfo.InvariantCulture), reader.ReadToEnd());
            })
            .OrderBy(step => step.Item1)];
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
