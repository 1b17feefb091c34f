using System.Text;
using CsCheck;
using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

public sealed class BadConfigTests
{
    private const string Farm = "providers: { farm: { kind: openai-compatible, base_url: \"http://gpu:8000/v1\" } }\n";

    [Theory]
    [InlineData("server:\n  listne: \"127.0.0.1:1\"\n", "leeway.yaml:2:3 server.listne: unknown key 'listne'; did you mean 'listen'?")]
    [InlineData("server:\n  adminListen: \"127.0.0.1:1\"\n", "leeway.yaml:2:3 server.adminListen: unknown key 'adminListen'; did you mean 'admin_listen'?")]
    [InlineData("provdiers: {}\n", "leeway.yaml:1:1 provdiers: unknown key 'provdiers'; did you mean 'providers'?")]
    [InlineData("hold:\n  zzz: 1\n", "leeway.yaml:2:3 hold.zzz: unknown key 'zzz'; known: max, heartbeat")]
    [InlineData("hold: { max: 1m }\nhold: { max: 2m }\n", "leeway.yaml:2:1 hold: duplicate key 'hold'; it is already set at line 1")]
    [InlineData("hold:\n\tmax: 1m\n", "leeway.yaml:2:1: a tab indents this line; YAML indents with spaces")]
    [InlineData("hold: [1, 2\n", "leeway.yaml:")]
    [InlineData("- a\n", "leeway.yaml:1:1: must be a map of settings, got a list; begin with version: 1")]
    [InlineData("version: 1\n---\nversion: 1\n", "leeway.yaml:2:1: a second document begins here")]
    [InlineData("hold:\n  max: !!python/object:os.system 1m\n", "leeway.yaml:2:8 hold.max: tags such as tag:yaml.org,2002:python/object:os.system are refused")]
    [InlineData("hold:\n  max: !!str 1m\n", "leeway.yaml:2:8 hold.max: tags such as")]
    [InlineData("hold: &a { max: *a }\n", "leeway.yaml:1:17 hold.max: alias *a has no finished anchor before it")]
    [InlineData("hold: 5\n", "leeway.yaml:1:7 hold: must be a map, got a single value")]
    [InlineData("classify: { a: b }\n", "leeway.yaml:1:11 classify: must be a list, got a map")]
    [InlineData("hold: { max: [1m] }\n", "leeway.yaml:1:14 hold.max: must be a duration, got a list")]
    [InlineData("hold:\n  max:\n", "leeway.yaml:2:7 hold.max: needs a value: a duration; write it like 5m")]
    [InlineData("hold: { max: 15 }\n", "leeway.yaml:1:14 hold.max: '15' is not a duration: a unit is missing (ms, s, m, h or d); write it like 5m")]
    [InlineData("hold: { max: PT9M }\n", "leeway.yaml:1:14 hold.max: 'PT9M' is not a duration; write it like 5m")]
    [InlineData("delivery: { webhooks: { allow_http: no } }\n", "leeway.yaml:1:37 delivery.webhooks.allow_http: 'no' is not true or false; known: true, false")]
    [InlineData("deadlines: { infeasible: ofer }\n", "leeway.yaml:1:26 deadlines.infeasible: 'ofer' is not one of reject, offer, realtime; did you mean 'offer'?")]
    [InlineData("storage: { kind: postgres }\n", "leeway.yaml:1:18 storage.connection: is missing, and storage.kind is postgres; set storage.connection: ${env:LEEWAY_DB}, or storage.kind: sqlite")]
    [InlineData("server: { admin_listen: \"[::]:9090\" }\n", "leeway.yaml:1:25 server.admin_listen: [::]:9090 can be reached from other machines, and who reaches it makes keys and reads everything; set server.admin_token: ${env:LEEWAY_ADMIN_TOKEN}, or listen on 127.0.0.1:9090")]
    [InlineData("server: { listen: \"8080\" }\n", "leeway.yaml:1:19 server.listen: '8080' is not an address with a port; write it like 127.0.0.1:9090")]
    [InlineData("server: { listen: \"127.0.0.1:8081\" }\n", "leeway.yaml:1:19 server.admin_listen: has the port of server.listen (127.0.0.1:8081)")]
    [InlineData("server: { listen: \"192.168.1.5:8081\" }\n", "leeway.yaml:1:19 server.admin_listen: has the port of server.listen (192.168.1.5:8081); give each a port of its own")]
    [InlineData("server: { limits: { body: 10XB } }\n", "leeway.yaml:1:27 server.limits.body: '10XB' is not a size; write it like 20MB")]
    [InlineData("server: { limits: { body: 9999999999GB } }\n", "leeway.yaml:1:27 server.limits.body: '9999999999GB' is not a size: the most is")]
    [InlineData("lanes: { batch: { seal: sometimes } }\n", "leeway.yaml:1:25 lanes.batch.seal: must be a map or the word adaptive, got a single value")]
    [InlineData("priorities: { low: { window: { from: \"02:00\", to: \"02:00\" } } }\n", "leeway.yaml:1:51 priorities.low.window.to: from and to are the same time; write window: none")]
    [InlineData("priorities: { low: { window: { tz: Europe/Atlantis } } }\n", "leeway.yaml:1:36 priorities.low.window.tz: 'Europe/Atlantis' is not a time zone: the system's zone data does not name it; write it like Europe/Berlin")]
    [InlineData("priorities: { low: { window: { from: 25:00 } } }\n", "leeway.yaml:1:38 priorities.low.window.from: '25:00' is not a time of day; write it like 22:30")]
    [InlineData("priorities: { urgent: { window: { from: 01:00 } } }\n", "leeway.yaml:1:33 priorities.urgent.window.to: to is missing; write to: 05:15")]
    [InlineData("priorities: { low: { deadline: 8d } }\n", "leeway.yaml:1:32 priorities.low.deadline: 8d is more than deadlines.max (7d); lower it or raise deadlines.max")]
    [InlineData("lanes: { batch: { poll: { min: 10m } } }\n", "leeway.yaml:1:32 lanes.batch.poll.min: 10m is more than lanes.batch.poll.max (5m)")]
    [InlineData("hold: { heartbeat: 10m }\n", "leeway.yaml:1:20 hold.heartbeat: 10m is not less than hold.max (9m)")]
    [InlineData("classify: [ { when: { path: /x } } ]\n", "leeway.yaml:1:13 classify[0]: says neither priority nor deadline; write exactly one of the two")]
    [InlineData("classify: [ { when: { path: /x }, priority: low, deadline: 1h } ]\n", "leeway.yaml:1:13 classify[0]: says both priority and deadline")]
    [InlineData("classify: [ { when: {}, priority: low } ]\n", "leeway.yaml:1:21 classify[0].when: matches every request")]
    [InlineData("classify: [ { priority: low } ]\n", "leeway.yaml:1:13 classify[0].when: when is missing")]
    [InlineData("classify: [ { when: { header: { X-A: b, x-a: c } }, priority: low } ]\n", "leeway.yaml:1:41 classify[0].when.header.x-a: duplicate key 'x-a'; it differs from another in case only")]
    [InlineData("delivery: { webhooks: { schedule: [] } }\n", "leeway.yaml:1:35 delivery.webhooks.schedule: is empty")]
    [InlineData("delivery: { webhooks: { schedule: [0s, soon] } }\n", "leeway.yaml:1:40 delivery.webhooks.schedule[1]: 'soon' is not a duration; write it like 1s")]
    [InlineData("prices: { file: nowhere.yaml }\n", "leeway.yaml:1:17 prices.file: the file ")]
    [InlineData("teams: { blue: { budget: 5/week } }\n", "leeway.yaml:1:26 teams.blue.budget: '5/week' is not a budget: it must be an amount in USD from 0.000001 to 1000000000, alone or with /day or /month; write it like 200/month")]
    [InlineData("teams: { blue: { budget: -5 } }\n", "leeway.yaml:1:26 teams.blue.budget: '-5' is not a budget")]
    [InlineData("teams: { Blue: { budget: 5 } }\n", "leeway.yaml:1:10 teams.Blue: is no team's name; write 1 to 64 lower-case letters, digits, '-', '_' and '.'")]
    [InlineData("version: 0\n", "leeway.yaml:1:10 version: '0' is not a whole number: the least is 1; write it like 1")]
    [InlineData("providers: { openai: { kind: openai } }\n", "leeway.yaml:1:14 providers.openai.api_key: api_key is missing; write api_key: ${env:OPENAI_API_KEY}")]
    [InlineData("providers: { farm: { kind: openai-compatible } }\n", "leeway.yaml:1:14 providers.farm.base_url: base_url is missing")]
    [InlineData("providers: { farm: { base_url: \"http://gpu/v1\" } }\n", "leeway.yaml:1:20 providers.farm.kind: kind is missing; write kind: openai")]
    [InlineData("providers: { farm: }\n", "leeway.yaml:1:20 providers.farm: must be a map, got nothing")]
    [InlineData("providers: { Farm: { kind: openai-compatible, base_url: \"http://gpu/v1\" } }\n", "leeway.yaml:1:14 providers.Farm: a provider's name is lower-case letters")]
    [InlineData("providers: { farm: { kind: openai-compatible, base_url: \"http://me:pw@gpu/v1\" } }\n", "leeway.yaml:1:57 providers.farm.base_url: 'http://me:pw@gpu/v1' is not a URL: it must not carry a user")]
    [InlineData("providers: { farm: { kind: openai-compatible, base_url: \"file:///etc/passwd\" } }\n", "leeway.yaml:1:57 providers.farm.base_url: 'file:///etc/passwd' is not a URL: it must begin with https:// or http://")]
    [InlineData("providers: { farm: { kind: openai-compatible, base_url: \"http://gpu/v1\", timeouts: { idle: 11m } } }\n", "leeway.yaml:1:92 providers.farm.timeouts.idle: 11m is more than providers.farm.timeouts.total (10m)")]
    public void One_mistake_gives_one_problem_that_says_where_and_what_to_do(string yaml, string expected)
    {
        using ConfigFolder folder = new(yaml);

        Assert.StartsWith(expected, folder.LoadProblem(), StringComparison.Ordinal);
        Assert.Null(folder.Load().Config);
    }

    [Theory]
    [InlineData("models:\n  m: { deployments: [ { provider: fram } ] }\n", "leeway.yaml:3:35 models.m.deployments[0].provider: unknown provider 'fram'; did you mean 'farm'?")]
    [InlineData("models:\n  m: { deployments: [] }\n", "leeway.yaml:3:21 models.m.deployments: is empty")]
    [InlineData("models:\n  m: {}\n", "leeway.yaml:3:6 models.m.deployments: deployments is missing")]
    [InlineData("models:\n  m: { deployments: [ { model: x } ] }\n", "leeway.yaml:3:23 models.m.deployments[0].provider: provider is missing")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm, rpm: 0 } ] }\n", "leeway.yaml:3:46 models.m.deployments[0].rpm: '0' is not a whole number: the least is 1")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm, rpm: 1e3 } ] }\n", "leeway.yaml:3:46 models.m.deployments[0].rpm: '1e3' is not a whole number")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm } ], fallbacks: [n] }\n", "leeway.yaml:3:57 models.m.fallbacks[0]: unknown model 'n'; known: m")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm } ], fallbacks: [m] }\n", "leeway.yaml:3:57 models.m.fallbacks[0]: the fallbacks go round in a circle: m → m")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm } ], price: { input: \"1\" } }\n", "leeway.yaml:3:52 models.m.price.output: output is missing: a price has at least input and output")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm } ], price: { input: \"-1\", output: \"1\" } }\n", "leeway.yaml:3:61 models.m.price.input: '-1' is not an amount in USD: it is negative; write it like 2.50")]
    [InlineData("models:\n  m: { deployments: [ { provider: farm } ], price: { input: NaN, output: \"1\" } }\n", "leeway.yaml:3:61 models.m.price.input: 'NaN' is not an amount in USD")]
    public void One_mistake_in_a_model_gives_one_problem(string models, string expected)
    {
        using ConfigFolder folder = new(Farm + models);
        Assert.StartsWith(expected, folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_circle_of_fallbacks_is_named_at_each_of_its_steps()
    {
        using ConfigFolder folder = new(Farm + """
            models:
              a: { deployments: [ { provider: farm } ], fallbacks: [b] }
              b: { deployments: [ { provider: farm } ], fallbacks: [c] }
              c: { deployments: [ { provider: farm } ], fallbacks: [a] }
              d: { deployments: [ { provider: farm } ], fallbacks: [a] }
            """);
        string[] problems = [.. folder.Load().Problems.Select(problem => problem.ToString())];

        Assert.Equal(3, problems.Length);
        Assert.StartsWith("leeway.yaml:3:57 models.a.fallbacks[0]: the fallbacks go round in a circle: a → b → c → a", problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Host=db", "leeway.yaml:1:24 storage.connection: is for storage.kind: postgres, but it is sqlite; set storage.kind: postgres, or remove it")]
    [InlineData("kind: postgres, ", "Hots=db;Password=s3cret", "leeway.yaml:1:40 storage.connection: is no connection string of PostgreSQL: a part of it is unknown or cannot be read; write Host=")]
    [InlineData("kind: postgres, ", "Database=leeway;Password=s3cret", "leeway.yaml:1:40 storage.connection: is no connection string of PostgreSQL: it names no host; write Host=")]
    public void A_connection_that_cannot_be_used_is_told_without_what_is_in_it(string kind, string connection, string expected)
    {
        using ConfigFolder folder = new($"storage: {{ {kind}connection: \"${{env:LEEWAY_DB}}\" }}\n");
        folder.Environment["LEEWAY_DB"] = connection;
        string problem = folder.LoadProblem();

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        using ConfigFolder folder = new("hold: { max: soon }\nserver:\n  listne: x\nstorage: { kind: mongo }\n");
        folder.Environment["LEEWAY__HOLD__HARTBEAT"] = "1s";
        Assert.Equal(
            [
                "env LEEWAY__HOLD__HARTBEAT hold.HARTBEAT: unknown key 'HARTBEAT'; did you mean 'heartbeat'?",
                "leeway.yaml:1:14 hold.max: 'soon' is not a duration; write it like 5m",
                "leeway.yaml:3:3 server.listne: unknown key 'listne'; did you mean 'listen'?",
                "leeway.yaml:4:18 storage.kind: 'mongo' is not one of sqlite, postgres; known: sqlite, postgres",
            ],
            folder.Load().Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_newer_version_is_the_only_complaint()
    {
        using ConfigFolder folder = new("version: 2\nteams: {}\nhold: { max: soon }\n");
        Assert.Equal("leeway.yaml:1:10 version: this file says version 2; this Leeway reads 1; upgrade Leeway or set version: 1", folder.LoadProblem());
    }

    [Fact]
    public void A_billion_laughs_are_refused_before_they_are_laughed()
    {
        StringBuilder bomb = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        using ConfigFolder folder = new(bomb.ToString());
        Assert.Contains("more than 100000 values once aliases are expanded", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_aliases_are_refused()
    {
        using ConfigFolder folder = new($"a: &a x\nb: [{string.Join(", ", Enumerable.Repeat("*a", 101))}]\n");
        Assert.Contains("more than 100 aliases", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        using ConfigFolder folder = new($"a: {new string('[', 10_000)}{new string(']', 10_000)}\n");
        Assert.Contains("nested deeper than 32 levels", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_and_one_that_is_not_utf8_are_refused()
    {
        using ConfigFolder folder = new(new string('#', 1_000_001));
        Assert.Equal("leeway.yaml: larger than 1000000 bytes", folder.LoadProblem());

        File.WriteAllBytes(folder.At("leeway.yaml"), [0x68, 0xFF, 0xFE]);
        Assert.Equal("leeway.yaml: not UTF-8 text; save the file as UTF-8", folder.LoadProblem());
    }

    [Fact]
    public void A_message_cannot_write_to_the_terminal()
    {
        using ConfigFolder folder = new("\"\\e[2J\": 1\n");
        Assert.DoesNotContain('\u001b', folder.LoadProblem());
    }

    [Fact]
    public void No_damage_to_a_file_makes_the_loader_throw()
    {
        const string Whole = """
            version: 1
            providers: &p
              openai: { kind: openai, api_key: "${env:KEY}", timeouts: { total: 5m } }
            models:
              gpt-4o: { deployments: [ { provider: openai, rpm: 1_000 } ], fallbacks: [], price: { input: "1", output: '2' } }
            priorities: { low: { window: { from: "02:00", to: "06:00" } } }
            classify:
              - when: { header: { a: b } }
                priority: low
            """;
        const string Pieces = "{}[]:,&*!|>'\"%@`#?-~ \n\t\0\u0085x0.$";
        using ConfigFolder folder = new();
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Int[0, 4], Gen.Int[0, Pieces.Length - 1], Gen.Int[0, Whole.Length - 1])
            .Array[1, 6]
            .Sample(
                damages =>
                {
                    StringBuilder text = new(Whole);
                    foreach ((int at, int cut, int piece, int other) in damages)
                    {
                        int start = Math.Min(at, text.Length);
                        text.Remove(start, Math.Min(cut, text.Length - start)).Insert(start, Pieces[piece]);
                        text.Append(cut == 0 ? Whole[other..] : "");
                    }

                    folder.Write("leeway.yaml", text.ToString());
                    ConfigResult result = folder.Load();
                    return result.HasErrors == result.Config is null;
                },
                iter: 1000,
                threads: 1);
    }
}
