import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { debugTool, ownName, toolPrefix } from '../../../client/agents/tool-names.ts';
import { agentTools } from '../../../master/agent/tools.ts';
import manifest from '../../../package.json' with { type: 'json' };

const { languageModelTools, chatSkills, configuration } = manifest.contributes;

describe('the language model tools of the manifest', () => {
  it('are the tools of the master, with their descriptions, and the debugger', () => {
    assert.deepEqual(
      languageModelTools.map(({ name }) => name),
      [...agentTools.map(({ name }) => name), debugTool].map((name) => toolPrefix + name),
    );
    for (const { name, description } of agentTools) {
      const declared = languageModelTools.find((tool) => ownName(tool.name) === name);
      assert.equal(declared?.modelDescription, description);
    }
  });

  it('take what the tools take, and the workers file', () => {
    for (const { name, input } of agentTools) {
      const declared = languageModelTools.find((tool) => ownName(tool.name) === name)?.inputSchema;
      const { file, ...properties } = { ...declared?.properties } as Record<string, unknown>;
      assert.ok(file, name);
      assert.deepEqual({ ...declared, properties }, input);
    }
  });

  for (const tool of languageModelTools) {
    it(`${tool.name} is off where the workspace is not trusted, and its lists say of what`, () => {
      assert.equal(tool.when, 'isWorkspaceTrusted');
      for (const property of Object.values<{ type: string; items?: unknown }>(tool.inputSchema.properties)) {
        if (property.type === 'array') assert.ok(property.items);
      }
    });
  }
});

describe('the skill', () => {
  const [skill] = chatSkills;
  const text = readFileSync(path.join(ROOT_FOLDER, skill?.path ?? ''), 'utf8');

  it('stands in a folder of its name', () => {
    const name = /^name: (.+)$/m.exec(text)?.[1];
    assert.equal(path.basename(path.dirname(skill?.path ?? '')), name);
  });

  it('is short, and names only tools that exist', () => {
    // 2,500 characters of such text are fewer than 700 tokens; the padding of its table counts for nearly nothing.
    const { length } = text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{4,}/g, '---');
    assert.ok(length <= 2_500, `${length} characters`);
    const named = [...text.matchAll(/hsu agent (\w+_\w+)/g)].map((match) => match[1]);
    assert.deepEqual(
      named.filter((name) => !agentTools.some((tool) => tool.name === name)),
      [],
    );
  });
});

it('the MCP server is off by default', () => {
  assert.equal(configuration.properties['hsu.agents.mcpServer'].default, false);
});
