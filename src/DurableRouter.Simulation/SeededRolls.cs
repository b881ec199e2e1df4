using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Simulation;

/// <summary>
/// Pseudo-random numbers drawn by purpose instead of in sequence: each is a SHA-256 of the seed and the purpose's name, so that one
/// more draw somewhere changes no other. The seed covers model, configured seed and prompt, but not the skill: a model whose skill
/// is raised keeps its draws and makes a subset of its former mistakes.
/// </summary>
sealed class SeededRolls
{
    readonly byte[] seed;

    public SeededRolls(string model, int configuredSeed, string prompt) =>
        seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{configuredSeed}\n{prompt}"));

    /// <summary>A number in [0, 1) for this purpose, the same at each call.</summary>
    public double Unit(string purpose)
    {
        var bytes = new byte[seed.Length + Encoding.UTF8.GetByteCount(purpose)];
        seed.CopyTo(bytes, 0);
        Encoding.UTF8.GetBytes(purpose, bytes.AsSpan(seed.Length));
        return (BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>An index from 0 to <paramref name="count"/> - 1 for this purpose.</summary>
    public int Index(string purpose, int count) => (int)(Unit(purpose) * count);
}
