using System.Buffers.Binary;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Plans;

/// <summary>
/// Texts of plans, stored once. A number is given out for a day from its text's making, then the text is stored anew: so those that no
/// request names any more are known by their age, without looking. For the writer only.
/// </summary>
internal sealed class PlanTexts
{
    // Forecasts move, and old texts do not come back.
    private const int Remembered = 1024;

    private static readonly TimeSpan s_givenOutFor = TimeSpan.FromDays(1);

    private readonly Dictionary<string, (long Number, DateTimeOffset Since)> _numbers = [];

    /// <summary>The number of a text named at an instant.</summary>
    public long Number(Session writer, string text, DateTimeOffset at)
    {
        if (_numbers.TryGetValue(text, out (long Number, DateTimeOffset Since) known) && at - known.Since < s_givenOutFor)
        {
            return known.Number;
        }

        if (_numbers.Count >= Remembered)
        {
            _numbers.Clear();
        }

        long number = writer.Number(PlanSql.InsertText, NumberedTable.Plans).With(at).With(text).RunNumbered();
        _numbers[text] = (number, at);
        return number;
    }

    /// <summary>Forgets the numbers of a transaction that was rolled back.</summary>
    public void ForgetNumbers() => _numbers.Clear();

    /// <summary>Deletes texts that no stored request can name: those given out before the oldest one came. A day more is kept, for clocks that were set back.</summary>
    public static void Sweep(Session writer, DateTimeOffset before)
    {
        Statement row = writer.Read(PlanSql.FindOldestRequest);
        if (row.Next())
        {
            // Ids begin with the milliseconds of their making (RFC 9562 §5.7).
            Span<byte> id = stackalloc byte[16];
            row.Id().TryWriteBytes(id, bigEndian: true, out _);
            var oldest = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(id) >> 16);
            before = oldest < before ? oldest : before;
        }

        writer.EndReads();
        writer.Write(PlanSql.DeleteTexts).With(before - (2 * s_givenOutFor)).Run();
    }
}
