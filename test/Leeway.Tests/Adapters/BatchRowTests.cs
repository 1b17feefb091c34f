using System.Text;
using Leeway.Adapters.Wire.Batches;

namespace Leeway.Tests.Adapters;

public sealed class BatchRowTests
{
    [Fact]
    public void An_answered_row_holds_the_answer_s_bytes()
    {
        byte[] line = Encoding.UTF8.GetBytes("""{"id":"batch_req_x","custom_id":"r1","response":{"status_code":200,"request_id":"req_y","body":{"id": "chatcmpl-1", "choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}},"error":null}""");

        BatchRow row = BatchRowReader.Read(line);

        Assert.Equal((BatchRowKind.Answered, "r1", 200, null), (row.Kind, row.CorrelationId, row.StatusCode, row.ErrorCode));
        Assert.Equal("""{"id": "chatcmpl-1", "choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""", Text(row));
        Assert.Equal(new TokenUsage(3, 0, 0, 4, 0), row.Usage?.Tokens);
        Assert.True(row.Body.Span.Overlaps(line));
    }

    [Theory]
    [InlineData("""{"id":"x","custom_id":"r1","response":{"status_code":400,"request_id":"y","body":{"error":{"message":"m","type":"t","param":null,"code":"c"}}},"error":null}""", BatchRowKind.Answered, "r1", 400, """{"error":{"message":"m","type":"t","param":null,"code":"c"}}""", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":500,"body":null},"error":null}""", BatchRowKind.Answered, "r1", 500, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":502,"body":"bad gateway"}}""", BatchRowKind.Answered, "r1", 502, "\"bad gateway\"", null)]
    [InlineData("""{"id":"x","custom_id":"r1","response":null,"error":{"code":"batch_expired","message":"This request could not be executed before the completion window expired."}}""", BatchRowKind.Expired, "r1", 0, "", "batch_expired")]
    [InlineData("""{"id":"x","custom_id":"r1","response":null,"error":{"code":"batch_cancelled","message":"m"}}""", BatchRowKind.Cancelled, "r1", 0, "", "batch_cancelled")]
    [InlineData("""{"custom_id":"r1","error":{"code":"internal_error","message":"m"}}""", BatchRowKind.NotRun, "r1", 0, "", "internal_error")]
    [InlineData("""{"custom_id":"r1","response":null,"error":null}""", BatchRowKind.NotRun, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":null,"error":"no"}""", BatchRowKind.NotRun, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"ключ \"1\" \u00e9","response":{"status_code":200,"body":{}}}""", BatchRowKind.Answered, "ключ \"1\" é", 200, "{}", null)]
    [InlineData("""{"response":{"body":{},"status_code":200}}""", BatchRowKind.Answered, null, 200, "{}", null)]
    [InlineData("""{"custom_id":7,"response":{"status_code":200,"body":{}}}""", BatchRowKind.Answered, null, 200, "{}", null)]
    [InlineData("""{"custom_id":"\ud800","response":{"status_code":200,"body":{}}}""", BatchRowKind.Answered, null, 200, "{}", null)]
    [InlineData("""{"custom_id":"a","custom_id":"b","response":{"status_code":200,"body":{}}}""", BatchRowKind.Answered, "b", 200, "{}", null)]
    [InlineData("\uFEFF{\"custom_id\":\"r1\",\"response\":{\"status_code\":200,\"body\":{}}}\r", BatchRowKind.Answered, "r1", 200, "{}", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":200,"body":"text"}}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":200}}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":"200","body":{}}}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":99999999999,"body":{}}}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":[1]}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("""{"custom_id":"r1"}""", BatchRowKind.Unreadable, "r1", 0, "", null)]
    [InlineData("", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("\0\0\0", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("[]", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("null", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("<html>", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":200,"body":{"a":""", BatchRowKind.Unreadable, null, 0, "", null)]
    [InlineData("""{"custom_id":"r1","response":{"status_code":200,"body":{}}} {}""", BatchRowKind.Unreadable, null, 0, "", null)]
    public void Rows_of_every_kind_are_read(string line, BatchRowKind kind, string? id, int status, string body, string? code)
    {
        BatchRow row = BatchRowReader.Read(Encoding.UTF8.GetBytes(line));

        Assert.Equal((kind, id, status, body, code), (row.Kind, row.CorrelationId, row.StatusCode, Text(row), row.ErrorCode));
    }

    [Fact]
    public void Hostile_depth_and_broken_encoding_are_unreadable()
    {
        string deep = """{"custom_id":"r1","response":{"status_code":200,"body":{"a":""" + new string('[', 500_000) + new string(']', 500_000) + "}}}";
        byte[] broken = [.. "{\"custom_id\":\"r1"u8, 0xFF, .. "\",\"response\":{\"status_code\":200,\"body\":{}}}"u8];

        Assert.Equal(BatchRowKind.Unreadable, BatchRowReader.Read(Encoding.UTF8.GetBytes(deep)).Kind);
        Assert.Equal(BatchRowKind.Unreadable, BatchRowReader.Read(broken).Kind);
    }

    [Fact]
    public void A_large_row_is_not_copied()
    {
        byte[] line = Encoding.UTF8.GetBytes("""{"custom_id":"r1","response":{"status_code":200,"body":{"data":[""" + string.Join(',', Enumerable.Repeat("0.12345", 200_000)) + """],"usage":{"prompt_tokens":8,"total_tokens":8}}}}""");
        BatchRowReader.Read(line);

        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchRow row = BatchRowReader.Read(line);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A collection that others set off meanwhile counts what was left of the thread's 8 KB of room as used; a copy would be the whole line.
        Assert.InRange(allocated, 0, line.Length / 100);
        Assert.Equal(8, row.Usage!.Value.Tokens.Input);
    }

    private static string Text(BatchRow row) => Encoding.UTF8.GetString(row.Body.Span);
}
