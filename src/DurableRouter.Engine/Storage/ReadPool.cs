using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Engine.Storage;

/// <summary>Connections for reading, reused; each read sees one consistent snapshot of committed data.</summary>
sealed class ReadPool(Database database) : IDisposable
{
    const int MaxIdle = 8;
    readonly ConcurrentBag<SqliteConnection> idle = [];
    volatile bool disposed;

    /// <summary>Runs <paramref name="query"/> and maps its rows.</summary>
    public List<T> Query<T>(string query, Func<SqliteDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var connection = idle.TryTake(out var pooled) ? pooled : database.OpenReader();
        var healthy = false;
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = query;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }

            var rows = new List<T>();
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    rows.Add(map(reader));
                }
            }

            healthy = true;
            return rows;
        }
        catch (SqliteException e)
        {
            throw new StorageException(e.SqliteExtendedErrorCode, e.Message).ToRouterException(database.Path);
        }
        finally
        {
            if (healthy && !disposed && idle.Count < MaxIdle)
            {
                idle.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }
}
