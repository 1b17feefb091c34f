using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;
using Leeway.Storage;

namespace Leeway.Gateway.Configuration;

/// <summary>What fields mean to each other. Single values were judged when they were bound.</summary>
internal sealed partial class ConfigValidator(LeewayConfig config, IReadOnlyDictionary<string, Mark> marks, List<ConfigProblem> problems)
{
    private const int MinAdminToken = 16;

    public void Check()
    {
        CheckServer();
        CheckStorage();
        CheckProviders();
        CheckModels();
        CheckPriorities();
        CheckLanes();
        CheckClassify();
        CheckQueues();
        CheckTeams();
        CheckRest();
    }

    private void CheckTeams()
    {
        foreach (string name in config.Teams.Keys.Where(static name => !Teams.IsValid(name)))
        {
            Error([ConfigPath.Child("teams", name)], "is no team's name", $"write 1 to {Teams.MaxLength} lower-case letters, digits, '-', '_' and '.'");
        }
    }

    private void CheckServer()
    {
        CheckAdmin();
        if (config.Server.Listen.Port == config.Server.AdminListen.Port && config.Server.Listen.Port != 0)
        {
            // Also on different addresses: the port tells a client's call from the operator's.
            Error(["server.admin_listen", "server.listen"], $"has the port of server.listen ({config.Server.Listen})", "give each a port of its own");
        }
    }

    private void CheckAdmin()
    {
        ListenAddress address = config.Server.AdminListen;
        if (!address.IsLoopback && config.Server.AdminToken is null)
        {
            Error(
                ["server.admin_listen", "server.admin_token"],
                $"{address} can be reached from other machines, and who reaches it makes keys and reads everything",
                $"set server.admin_token: ${{env:LEEWAY_ADMIN_TOKEN}}, or listen on 127.0.0.1:{address.Port}");
        }

        if (config.Server.AdminToken is { Length: < MinAdminToken } token)
        {
            Error(["server.admin_token"], $"has {token.Length} characters, which can be guessed", $"use at least {MinAdminToken}, e.g. from `openssl rand -hex 32`");
        }
    }

    private void CheckStorage()
    {
        if (config.Storage is { Kind: StorageKind.Postgres, Connection: null })
        {
            Error(["storage.connection", "storage.kind"], "is missing, and storage.kind is postgres", "set storage.connection: ${env:LEEWAY_DB}, or storage.kind: sqlite");
        }
        else if (config.Storage is { Kind: StorageKind.Sqlite, Connection: not null })
        {
            Error(["storage.connection"], "is for storage.kind: postgres, but it is sqlite", "set storage.kind: postgres, or remove it");
        }
        else if (config.Storage.Connection is { } connection && LeewayStorage.ProblemOf(connection.Reveal()) is { } problem)
        {
            Error(["storage.connection"], $"is no connection string of PostgreSQL: {problem}", "write Host=...;Database=...;Username=...;Password=..., or postgres://user:password@host/database");
        }
    }

    private void CheckPriorities()
    {
        (string Name, PriorityConfig Priority)[] all =
            [("urgent", config.Priorities.Urgent), ("standard", config.Priorities.Standard), ("low", config.Priorities.Low)];
        foreach ((string name, PriorityConfig priority) in all)
        {
            string path = $"priorities.{name}";
            CheckDeadline($"{path}.deadline", priority.Deadline);
            CheckWindows($"{path}.window", priority.Windows, "write window: none for any hour, or two different times");
        }
    }

    private void CheckLanes()
    {
        Least("lanes.batch.poll.min", config.Lanes.Batch.Poll.Min, "lanes.batch.poll.max", config.Lanes.Batch.Poll.Max);
        Least("lanes.flex.retry", config.Lanes.Flex.Retry, "lanes.flex.timeout", config.Lanes.Flex.Timeout);
        Least("lanes.planner.realtime.median", config.Lanes.Planner.Realtime.Median, "lanes.planner.realtime.last", config.Lanes.Planner.Realtime.Last);
    }

    private void CheckClassify()
    {
        for (int i = 0; i < config.Classify.Count; i++)
        {
            ClassifyRule rule = config.Classify[i];
            string path = ConfigPath.Item("classify", i);
            if ((rule.Priority is null) == (rule.Deadline is null))
            {
                string both = rule.Priority is null ? "says neither priority nor deadline" : "says both priority and deadline";
                Error([path], both, "write exactly one of the two");
            }

            if (IsWritten($"{path}.when") && rule.When is { Path: null, Model: null, Key: null, Hours: null, Header.Count: 0 })
            {
                Error([$"{path}.when"], "matches every request", "set one of path, model, key, header, hours; deadlines.default is for the rest");
            }

            CheckDeadline($"{path}.deadline", rule.Deadline ?? TimeSpan.Zero);
            CheckWindow($"{path}.when.hours", rule.When.Hours, "write two different times, or leave hours out");
        }
    }

    private void CheckRest()
    {
        CheckDeadline("deadlines.default", config.Deadlines.Default);
        if (config.Hold.Heartbeat >= config.Hold.Max)
        {
            Error(["hold.heartbeat", "hold.max"], $"{Show(config.Hold.Heartbeat)} is not less than hold.max ({Show(config.Hold.Max)})");
        }

        if (config.Delivery.Webhooks.Schedule.Count == 0)
        {
            Error(["delivery.webhooks.schedule"], "is empty, so nothing would ever be delivered", "write [0s] for a single attempt");
        }

        CheckMail(config.Delivery.Mail);
        if (config.Delivery.Queues.Schedule.Count == 0)
        {
            Error(["delivery.queues.schedule"], "is empty, so nothing would ever be delivered", "write [0s] for a single attempt");
        }

        if (config.Prices.File is { } file && !File.Exists(file))
        {
            Error(["prices.file"], $"the file {ConfigPath.Visible(file)} is not there", $"'leeway prices import LIST --to {ConfigPath.Visible(file)}' creates it; or remove prices.file");
        }
    }

    private void CheckDeadline(string path, TimeSpan deadline)
    {
        if (deadline > config.Deadlines.Max)
        {
            Error([path, "deadlines.max"], $"{Show(deadline)} is more than deadlines.max ({Show(config.Deadlines.Max)})", "lower it or raise deadlines.max");
        }
    }

    private void CheckWindows(string path, IReadOnlyList<WindowConfig> windows, string remedy)
    {
        // A single one is written without its place.
        bool isList = IsWritten(ConfigPath.Item(path, 0));
        for (int i = 0; i < windows.Count; i++)
        {
            CheckWindow(isList ? ConfigPath.Item(path, i) : path, windows[i], remedy);
        }
    }

    private void CheckWindow(string path, WindowConfig? window, string remedy)
    {
        // A time that is missing or unreadable was reported already and reads as midnight here.
        bool reported = problems.Any(problem => problem.Path == $"{path}.from" || problem.Path == $"{path}.to");
        if (window is not null && window.From == window.To && !reported)
        {
            Error([$"{path}.to", $"{path}.from"], "from and to are the same time", remedy);
        }
    }

    private void Least(string lesserPath, TimeSpan lesser, string greaterPath, TimeSpan greater)
    {
        if (lesser > greater)
        {
            Error([lesserPath, greaterPath], $"{Show(lesser)} is more than {greaterPath} ({Show(greater)})");
        }
    }

    private bool IsWritten(string path) => marks.TryGetValue(path, out Mark? mark) && mark != Mark.Default;

    /// <summary>The problem is with the first path; the first one that somebody wrote gives the place.</summary>
    private void Error(IReadOnlyList<string> paths, string message, string hint = "")
    {
        string written = paths.FirstOrDefault(IsWritten) ?? paths[0];
        problems.Add(marks.GetValueOrDefault(written, Mark.Default).Error(paths[0], message, hint));
    }

    private static string Show(TimeSpan span) => Kinds.DurationOrZero.Format(span);
}
