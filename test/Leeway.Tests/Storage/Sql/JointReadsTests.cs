using Leeway.Storage.Sql;

namespace Leeway.Tests.Storage.Sql;

public sealed class JointReadsTests
{
    private readonly List<(IReadOnlyList<int> Questions, TaskCompletionSource<List<string>> Answers)> _asked = [];
    private readonly JointReads<int, string> _reads;

    public JointReadsTests() => _reads = new JointReads<int, string>(questions =>
    {
        var answers = new TaskCompletionSource<List<string>>();
        _asked.Add((questions, answers));
        return answers.Task;
    });

    [Fact]
    public async Task Questions_that_come_while_one_is_answered_are_asked_together_and_each_gets_its_own_answer()
    {
        Task<string> first = Ask(1);
        Task<string>[] meanwhile = [Ask(2), Ask(3), Ask(4)];
        Answer(0);
        Assert.Equal("one", await first);
        Assert.All(meanwhile, static task => Assert.False(task.IsCompleted));
        Answer(1);
        Assert.Equal(["two", "three", "four"], await Task.WhenAll(meanwhile));
        Task<string> alone = Ask(1);
        Answer(2);
        Assert.Equal("one", await alone);
        Assert.Equal([[1], [2, 3, 4], [1]], _asked.Select(static one => one.Questions));
    }

    [Fact]
    public async Task A_failure_is_told_to_those_who_were_asked_for_and_the_next_are_asked_anew()
    {
        Task<string> first = Ask(1);
        Task<string> second = Ask(2);
        _asked[0].Answers.SetException(new StorageUnavailableException("away", inner: null));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => first);
        Answer(1);
        Assert.Equal("two", await second);
    }

    [Fact]
    public async Task Who_leaves_does_not_keep_the_others_from_their_answers()
    {
        using var leaving = new CancellationTokenSource();
        Task<string> first = Ask(1);
        Task<string> left = _reads.AskAsync(2, leaving.Token);
        Task<string> stays = Ask(3);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Answer(0);
        Answer(1);
        Assert.Equal(("one", "three"), (await first, await stays));
    }

    private Task<string> Ask(int question) => _reads.AskAsync(question, CancellationToken.None);

    private void Answer(int place) => _asked[place].Answers.SetResult(
        [.. _asked[place].Questions.Select(static question => question switch { 1 => "one", 2 => "two", 3 => "three", _ => "four" })]);
}
