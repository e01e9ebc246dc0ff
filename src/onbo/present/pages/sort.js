(function () {
  'use strict';
  function key(row, column) { return row.cells[column].getAttribute('data-key') || ''; }
  function sorter(table, column, number) {
    return function () {
      var heads = table.tHead.rows[0].cells;
      var down = heads[column].getAttribute('aria-sort') === 'ascending';
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      rows.sort(function (one, other) {
        var a = key(one, column), b = key(other, column);
        if (a === '' || b === '') { return (a === '') - (b === ''); }
        var order = number ? a - b : a.localeCompare(b, undefined, { sensitivity: 'base', numeric: true });
        return down ? -order : order;
      });
      for (var at = 0; at < heads.length; at += 1) { heads[at].removeAttribute('aria-sort'); }
      heads[column].setAttribute('aria-sort', down ? 'descending' : 'ascending');
      rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
    };
  }
  document.querySelectorAll('table.sortable').forEach(function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent.trim();
      button.addEventListener('click', sorter(table, column, head.getAttribute('data-kind') === 'number'));
      head.textContent = '';
      head.appendChild(button);
    });
    table.classList.add('live');
  });
}());
